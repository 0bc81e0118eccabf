"""A store in a few numbers."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from dscl_tf.data.inspect.alignment import Alignment
from dscl_tf.data.inspect.facts import VolumeFacts
from dscl_tf.data.inspect.outliers import LEAST_VOLUMES
from dscl_tf.data.store import SliceStore
from dscl_tf.text import counted


def summarise(
    store: SliceStore, volumes: Sequence[VolumeFacts], alignment: Alignment | None
) -> dict[str, Any]:
    """Return counts, and ranges as {"least", "median", "most"}.

    Returns:
        store (path), volumes, labelled, slices; slices_per_volume, plane_spacing and
        slice_spacing (in unit: mm, or px of pictures), low and high (the intensities that became 0
        and 1), class_ml by class over the volumes that have it, in the masks' files (thousands of
        pixels of pictures);
        grid and grid_spacing of the training grid; percentiles as configured, None where
        intensity_range takes their place; slice_axes and orientations with counts;
        channels, the names of several channels (low and high are then those of the first);
        partition_retrieval and partition_retrieval_chance (see `alignment`; None where not
        compared); not_checked, what could not be checked and why.
    """
    settings = store.settings
    names = [channel["name"] for channel in settings.get("channels") or ()]
    plane = [side for facts in volumes for side in facts.plane_spacing]
    return {
        "store": str(store.directory),
        "volumes": len(volumes),
        "labelled": sum(facts.labelled for facts in volumes),
        "slices": sum(facts.slices for facts in volumes),
        "unit": store.kind.unit,
        "slices_per_volume": _range([facts.slices for facts in volumes]),
        "plane_spacing": _range(plane),
        "slice_spacing": _range([facts.slice_spacing for facts in volumes]),
        "grid": settings["grid"],
        "grid_spacing": settings["spacing"],
        "slice_axes": dict(Counter(facts.slice_axis for facts in volumes)),
        "orientations": dict(Counter(facts.orientation for facts in volumes)),
        "percentiles": None if settings["intensity_range"] else settings["percentiles"],
        **({"channels": names} if len(names) > 1 else {}),
        "low": _range([facts.intensity_range[0] for facts in volumes]),
        "high": _range([facts.intensity_range[1] for facts in volumes]),
        "class_ml": {name: _class_range(volumes, name) for name in settings["classes"].values()},
        "partition_retrieval": float(alignment.retrieval.mean()) if alignment else None,
        "partition_retrieval_chance": alignment.chance if alignment else None,
        "not_checked": [
            *(_not_checked(volumes, alignment) if store.kind.anatomical else []),
            *_not_counted(volumes),
        ],
    }


def _range(values: Sequence[float]) -> dict[str, float]:
    return {
        "least": float(min(values)),
        "median": float(np.median(values)),
        "most": float(max(values)),
    }


def _class_range(volumes: Sequence[VolumeFacts], name: str) -> dict[str, float] | None:
    """Return also in how many volumes the class is; None if in none."""
    present = [ml for facts in volumes if (ml := facts.volumes_ml.get(name, 0))]
    return {**_range(present), "volumes": len(present)} if present else None


def _not_checked(volumes: Sequence[VolumeFacts], alignment: Alignment | None) -> list[str]:
    if len(volumes) < LEAST_VOLUMES:
        there = counted(len(volumes), "volume")
        return [f"outliers and alignment: {there}, at least {LEAST_VOLUMES} needed"]
    if alignment is None:
        return ["alignment: too few volumes with as many slices as partitions, or one partition"]
    if not alignment.can_judge:
        return ["alignment: the partitions of this set look too much alike"]
    return []


def _not_counted(volumes: Sequence[VolumeFacts]) -> list[str]:
    if not (count := sum(facts.labelled and not facts.counted for facts in volumes)):
        return []
    return [
        f"labels outside the training grid: not known for {counted(count, 'volume')}, whose "
        "ml are those on the grid; prepare again"
    ]
