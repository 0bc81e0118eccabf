"""All facts and warnings about a slice store, gathered volume by volume."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.data.inspect.alignment import align, alignment_findings
from dscl_tf.data.inspect.damage import damage_findings
from dscl_tf.data.inspect.duplicates import duplicate_findings
from dscl_tf.data.inspect.facts import VolumeFacts, volume_facts
from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.inspect.labels import label_findings
from dscl_tf.data.inspect.leakage import (
    leakage_findings,
    mask_findings,
    patient_groups,
    split_findings,
)
from dscl_tf.data.inspect.outliers import outlier_findings
from dscl_tf.data.inspect.reading import reading_findings, skipped_findings
from dscl_tf.data.inspect.summary import summarise
from dscl_tf.data.inspect.thumbnails import partition_thumbnails
from dscl_tf.data.inspect.window import window_findings, window_losses
from dscl_tf.data.store import SliceStore


@dataclass(frozen=True)
class Inspection:
    """What `inspect_store` found.

    Attributes:
        summary: counts and ranges over the store, see `summary.summarise`.
        volumes: what the index and the mask say of each volume.
        warnings: what looks wrong.

    >>> finding = Finding("001", "depth", 3, "volume 001: depth: 3 slices")
    >>> Inspection({"volumes": 1}, [], [finding]).to_dict()["warnings"][0]["rule"]
    'depth'
    """

    summary: dict[str, Any]
    volumes: list[VolumeFacts]
    warnings: list[Finding]

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values."""
        return asdict(self)


def inspect_store(store: SliceStore, config: Experiment) -> Inspection:
    """Describe a store and say what in it looks wrong; one volume at a time is in memory.

    Colour pictures have no patients, directions or partitions, and a scene need not show every
    class, so that these are not checked.

    Args:
        store: the slice store.
        config: gives the splits, and the number of partitions that volumes are compared by.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.store import phantom_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     inspection = inspect_store(phantom_store(folder, patients=2), load_config("phantom"))
    ...     [(facts.id, facts.slices) for facts in inspection.volumes]
    [('001', 14), ('002', 11)]
    """
    partitions, anatomical = config.slice_partitions, store.kind.anatomical
    volumes, thumbnails = [], {}
    for entry in store.volumes.values():
        volumes.append(volume_facts(store, entry))
        if entry.depth >= partitions:
            slices = store.images[entry.first_slice : entry.slices.stop].mean(axis=-1)
            thumbnails[entry.id] = partition_thumbnails(slices, partitions)
    ids = list(store.volumes)
    alignment = align(np.array(list(thumbnails.values()))) if thumbnails else None
    duplicates, same_image = duplicate_findings(volumes, thumbnails)
    warnings = [
        *skipped_findings(store.skipped),
        *damage_findings(store),
        *(reading_findings(volumes, partitions) if anatomical else []),
        *window_findings(
            window_losses(store, config.grid_multiple),
            store.settings["spacing"],
            store.settings["grid"],
        ),
        *split_findings(ids, config.splits),
        *mask_findings([facts.id for facts in volumes if not facts.labelled], config.splits),
        *duplicates,
        *leakage_findings(same_image, config.splits, "shows the same image"),
        *(_patient_findings(ids, config) if anatomical else []),
        *(label_findings(volumes, store.settings["classes"].values()) if anatomical else []),
        *(alignment_findings(list(thumbnails), alignment) if alignment else []),
        *outlier_findings(volumes),
    ]
    return Inspection(summarise(store, volumes, alignment), volumes, warnings)


def _patient_findings(ids: list[str], config: Experiment) -> list[Finding]:
    groups = patient_groups(ids)
    return leakage_findings(groups, config.splits, "seems to be of the same patient")
