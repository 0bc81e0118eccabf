"""Positions of slices along their volumes, by which PCL contrasts them (Zeng et al. 2021)."""

import numpy as np

from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.errors import DataError

MILLION = 1_000_000


def in_millionths(heights: np.ndarray) -> np.ndarray:
    """Return positions in (0, 1) as whole millionths, the labels that PCL's rules compare.

    >>> in_millionths(np.array([0.25])).tolist()
    [250000]
    """
    return np.round(heights * MILLION).astype(int)


def check_thresholds(table: SliceTable, attract_below: float, repel_from: float) -> None:
    """Check that some slices attract and some repel each other by PCL's thresholds.

    Raises:
        DataError: any two slices differ by `attract_below` or more, or all by less than
            `repel_from`.
    """
    heights = np.sort(in_millionths(table.heights))
    closest = np.diff(heights).min() if len(heights) > 1 else MILLION
    if closest >= round(attract_below * MILLION):
        raise DataError(
            "pretrain_global.attract_below: must be above the least difference of two slices' "
            f"positions in the unlabelled volumes, {closest / MILLION:g}, got {attract_below}"
        )
    farthest = heights[-1] - heights[0]
    if farthest < round(repel_from * MILLION):
        raise DataError(
            "pretrain_global.repel_from (or attract_below, where it is null): must be at most the "
            "largest difference of two slices' positions in the unlabelled volumes, "
            f"{farthest / MILLION:g}, got {repel_from}"
        )
