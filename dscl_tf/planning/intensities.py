"""How intensities are scaled."""

from collections.abc import Sequence

import numpy as np

from dscl_tf.planning.decision import Decision
from dscl_tf.planning.samples import Sample

AIR = -500  # Hounsfield units: a volume that holds less at its 1st percentile shows air
TISSUE = 100  # and one that reaches more shows tissue
CHOICES = ((1.0, 99.0), (0.5, 99.5), (0.0, 99.9), (0.0, 100.0))
FULL_RANGE = (-1000, 1000)


def decide_intensities(
    samples: Sequence[Sample], *, pictures: bool, several: bool = False
) -> list[Decision]:
    """Decide on `data.intensity_range`, `data.percentiles` and `data.not_finite`.

    Args:
        samples: voxels of some volumes, of several channels those of the first.
        pictures: whether they are pictures.
        several: whether there are further channels, which would share a range.
    """
    if pictures:
        why = "Pictures of 8 bits."
        return [Decision("data.intensity_range", [0, 255], why)]
    fixed = _is_ct(samples) and not several
    decisions = [_hounsfield(samples) if fixed else _percentiles(samples, several=several)]
    if bad := [sample for sample in samples if sample.not_finite]:
        why = f"NaN or infinite voxels in {len(bad)} of the {len(samples)} volumes read."
        decisions.append(Decision("data.not_finite", "background", why))
    return decisions


def _is_ct(samples: Sequence[Sample]) -> bool:
    """Whether most volumes hold what looks like Hounsfield units."""
    return bool(
        np.mean([s.ranks[1] <= AIR and TISSUE <= s.ranks[99.9] <= 4100 for s in samples]) > 0.5
    )


def _hounsfield(samples: Sequence[Sample]) -> Decision:
    key = "data.intensity_range"
    organ = np.concatenate([sample.organ for sample in samples])
    if not len(organ):
        why = "Values look like Hounsfield units, so all volumes share one range."
        return Decision(key, list(FULL_RANGE), why)
    low, high = np.percentile(organ, (0.5, 99.5))
    room = (high - low) / 4
    chosen = [int(np.floor((low - room) / 10) * 10), int(np.ceil((high + room) / 10) * 10)]
    why = (
        "Values look like Hounsfield units, so all volumes share one range: "
        f"{low:.0f} to {high:.0f} in 99% of the labelled voxels read, and a quarter of that on "
        "either side."
    )
    return Decision(key, chosen, why)


def _percentiles(samples: Sequence[Sample], *, several: bool) -> Decision:
    for low, high in CHOICES:
        if all(sample.ranks[low] < sample.ranks[high] for sample in samples):
            break
    why = "Values are in no fixed unit, so each volume is scaled by its own percentiles."
    if several:
        why = "Each channel of each volume is scaled by its own percentiles."
    if (low, high) != CHOICES[0]:
        why += " The 1st and the 99th are equal in a volume that is nearly all background."
    return Decision("data.percentiles", [low, high], why)
