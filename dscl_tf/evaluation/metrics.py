"""Dice and surface distances per class of one volume.

The rule for absent classes. Labels are fixed, so a class that is absent never shifts another.

* Absent from prediction and reference: there is nothing to score. Dice and distances are NaN and
  take no part in any mean.
* Absent from one of the two (missed, or invented): Dice is 0 and enters the means. No surface to
  measure to exists, so the distances are NaN, stay out of the means, and are counted instead
  (`absent_from_one`): a mean distance is to be read beside that count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import surface_distance

from dscl_tf.errors import DataError

MEASURES = ("dice", "hd95_mm", "asd_mm")

ABSENT_CLASS_RULE = (
    "A class absent from both prediction and reference is not scored and enters no mean. "
    "A class absent from only one of them scores Dice 0; its distances are undefined, stay out of "
    "the mean distances and are counted instead."
)


@dataclass(frozen=True)
class ClassMetrics:
    """What is measured of one class in one volume.

    `dice` is in [0, 1]; `hd95_mm` and `asd_mm` are in mm; the two volumes are in ml. NaN says
    that the absent-class rule leaves the value undefined.

    >>> missed = ClassMetrics(1, "heart", 0.0, np.nan, np.nan, reference_ml=5.0, prediction_ml=0.0)
    >>> missed.absent_from
    'prediction'
    """

    label: int
    name: str
    dice: float
    hd95_mm: float
    asd_mm: float
    reference_ml: float
    prediction_ml: float

    @property
    def absent_from(self) -> Literal["", "reference", "prediction", "both"]:
        """Where the class does not occur."""
        if self.reference_ml and self.prediction_ml:
            return ""
        if self.reference_ml:
            return "prediction"
        return "reference" if self.prediction_ml else "both"


VolumeRows = Sequence[tuple[str, Sequence[ClassMetrics]]]
"""The results of several volumes: (volume id, one `ClassMetrics` per class)."""


def dice(prediction: np.ndarray, reference: np.ndarray) -> float:
    """Return the Dice coefficient 2|P and R| / (|P| + |R|) of two boolean masks of equal shape.

    NaN where both are empty.

    >>> dice(np.array([True, True, False]), np.array([True, False, False]))
    0.6666666666666666
    """
    voxels = int(prediction.sum()) + int(reference.sum())
    return 2 * int((prediction & reference).sum()) / voxels if voxels else float("nan")


def surface_distances(
    prediction: np.ndarray, reference: np.ndarray, spacing_mm: Sequence[float]
) -> tuple[float, float]:
    """Return (HD95, ASD) in mm between the surfaces of two boolean masks (X, Y, Z).

    Surfaces are those of `surface_distance` (Nikolov et al. 2018): elements between voxels, each
    weighted by its area. HD95 is the larger of the two directed 95th percentiles. ASD is the
    plain mean of the two directed average distances, so both directions weigh the same however
    large either surface is. NaN where a mask is empty.

    >>> mask = np.zeros((8, 8, 8), bool)
    >>> mask[2:5, 2:5, 2:5] = True
    >>> surface_distances(np.roll(mask, 1, axis=2), mask, (1.0, 1.0, 2.0))[0]  # HD95
    2.0
    """
    if not (prediction.any() and reference.any()):
        return float("nan"), float("nan")
    box = _bounding_box(prediction | reference)
    distances = surface_distance.compute_surface_distances(
        reference[box], prediction[box], tuple(spacing_mm)
    )
    hd95 = surface_distance.compute_robust_hausdorff(distances, 95)
    average = surface_distance.compute_average_surface_distance(distances)
    return float(hd95), float(np.mean(average))


def volume_metrics(
    prediction: np.ndarray,
    reference: np.ndarray,
    spacing_mm: Sequence[float],
    classes: Mapping[int, str],
) -> list[ClassMetrics]:
    """Measure every class of one volume.

    Args:
        prediction: labels (X, Y, Z), integer; of a picture (rows, columns).
        reference: labels likewise.
        spacing_mm: voxel size along the axes, mm; 1 for pictures, whose pixels stand for mm.
        classes: label to name, without the background 0.

    Raises:
        DataError: the shapes differ, or a mask holds a label that is not in `classes`.

    >>> reference = np.zeros((4, 4, 4), int)
    >>> reference[1:3, 1:3, 1:3] = 1
    >>> heart, wall = volume_metrics(reference, reference, (10, 10, 10), {1: "heart", 2: "wall"})
    >>> heart.dice, heart.reference_ml, wall.absent_from
    (1.0, 8.0, 'both')
    """
    if prediction.shape != reference.shape:
        raise DataError(
            f"prediction: must have the reference's shape {reference.shape}, got {prediction.shape}"
        )
    for mask, which in ((prediction, "prediction"), (reference, "reference")):
        if unknown := sorted({int(label) for label in np.unique(mask)} - {0, *classes}):
            raise DataError(f"{which}: labels must be 0 or in {sorted(classes)}, got {unknown}")
    voxel_ml = float(np.prod(spacing_mm)) / 1000
    rows = []
    for label, name in classes.items():
        predicted, expected = prediction == label, reference == label
        hd95, asd = surface_distances(predicted, expected, spacing_mm)
        rows.append(
            ClassMetrics(
                label=label,
                name=name,
                dice=dice(predicted, expected),
                hd95_mm=hd95,
                asd_mm=asd,
                reference_ml=int(expected.sum()) * voxel_ml,
                prediction_ml=int(predicted.sum()) * voxel_ml,
            )
        )
    return rows


def _bounding_box(mask: np.ndarray) -> tuple[slice, ...]:
    box = []
    for axis in range(mask.ndim):
        inside = mask.any(axis=tuple(other for other in range(mask.ndim) if other != axis))
        indices = np.flatnonzero(inside)
        box.append(slice(indices[0], indices[-1] + 1))
    return tuple(box)
