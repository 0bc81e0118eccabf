"""The axis along which volumes are cut into slices: where neighbours' partitions agree best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.config import Data
from dscl_tf.config.data import SliceAxis
from dscl_tf.data.grid import Geometry
from dscl_tf.data.grid.orientation import CLEARLY_COARSER
from dscl_tf.data.inspect.alignment import align
from dscl_tf.data.inspect.thumbnails import partition_thumbnails
from dscl_tf.planning.decision import Decision
from dscl_tf.planning.samples import Sample
from dscl_tf.planning.source import UNDECIDED

AXES: tuple[SliceAxis, ...] = ("axial", "coronal", "sagittal")
PARTITIONS = 4
FINE = 8  # partitions by which axes are compared: of four nearly all are recognised
SIDE = 32  # pixels of the slices that are compared


@dataclass(frozen=True)
class Agreement:
    """How far partitions of different volumes show the same, along one axis.

    Attributes:
        retrieval: share of partitions that are most like the same partition of the others.
        cosine: mean cosine between a partition and the same one of the others.
        chance: the retrieval of a blind choice.
        volumes: number of volumes compared.
    """

    retrieval: float
    cosine: float
    chance: float
    volumes: int

    @property
    def times_chance(self) -> float:
        """`retrieval` over `chance`."""
        return self.retrieval / self.chance


def decide_axis(samples: Sequence[Sample]) -> tuple[Decision, Agreement | None]:
    """Decide on `data.slice_axis`; also return the agreement of partitions along it.

    Volumes whose voxels are clearly longer along one axis were acquired slice by slice, and are cut
    so. Of others the three axes are compared.
    """
    key = "data.slice_axis"
    if not all(sample.coarse.oriented for sample in samples):
        why = "Headers do not say how the axes lie in the body, so the third one counts slices."
        return Decision(key, "auto", why), agreement(samples, "auto")
    coarser = [_ratio(sample.scan.place.spacing) for sample in samples]
    if np.mean([ratio >= CLEARLY_COARSER for ratio in coarser]) > 0.5:
        why = (
            f"Voxels are {np.median(coarser):.1f} times as long along one axis: slices as they "
            "were acquired."
        )
        return Decision(key, "auto", why), agreement(samples, "auto")
    parts = max(PARTITIONS, min(FINE, *(min(one.coarse.array.shape[:3]) for one in samples)))
    fine = {axis: one for axis in AXES if (one := agreement(samples, axis, parts))}
    if not fine:
        why = "Too few volumes to measure which axis is best."
        return Decision(key, "axial", why), None
    best = max(fine, key=lambda axis: (fine[axis].retrieval, fine[axis].cosine))
    return Decision(key, best, _why(fine, parts)), agreement(samples, best)


def _why(found: Mapping[SliceAxis, Agreement], parts: int) -> str:
    (first, *_) = found.values()
    told = ", ".join(f"{axis} {one.retrieval:.0%}" for axis, one in found.items())
    return (
        f"Of {first.volumes} volumes in {parts} partitions, a partition is recognised among those "
        f"of the others: {told} (chance {first.chance:.0%}). Along the best axis a slice's height "
        "says most about what it shows."
    )


def _ratio(spacing: tuple[float, float, float]) -> float:
    *_, second, first = sorted(spacing)
    return round(first / second, 3)


def agreement(
    samples: Sequence[Sample], axis: SliceAxis, partitions: int = PARTITIONS
) -> Agreement | None:
    """Measure how far partitions agree along an axis; None for fewer than two volumes.

    Volumes of fewer slices than `partitions` are left out.
    """
    data = Data(**(UNDECIDED | {"slice_axis": axis}))
    places = [Geometry.of(sample.coarse, data) for sample in samples]
    sides = [
        (place.plane[0] * place.plane_spacing[0], place.plane[1] * place.plane_spacing[1])
        for place in places
    ]
    rows, columns = np.median(sides, axis=0) / SIDE
    window = data.model_copy(update={"spacing": (rows, columns), "grid": (SIDE, SIDE)})
    thumbnails = [
        _thumbnails(sample, window, partitions)
        for sample, place in zip(samples, places, strict=True)
        if place.depth >= partitions
    ]
    found = align(np.stack(thumbnails), least=2) if thumbnails else None
    if found is None:
        return None
    return Agreement(
        float(found.retrieval.mean()), float(found.own.mean()), found.chance, len(thumbnails)
    )


def _thumbnails(sample: Sample, data: Data, partitions: int) -> np.ndarray:
    low, high = sample.ranks[1], sample.ranks[99]
    array = (sample.coarse.array - low) / max(high - low, 1e-12)
    slices = Geometry.of(sample.coarse, data).to_grid(array)  # (slices, rows, columns)
    return partition_thumbnails(slices, partitions)
