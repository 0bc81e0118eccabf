"""Partitions of a volume: neighbouring slices that show the same anatomy in every volume."""

import numpy as np

from dscl_tf.errors import DataError
from dscl_tf.text import counted


def partition_of(depth: int, partitions: int, volume: str | None = None) -> np.ndarray:
    """Return the partition of each slice (main paper, section 3.1).

    Slice i of a volume of `depth` slices is in partition floor(i * partitions / depth). Every
    slice is in one partition, no partition is empty, and their sizes differ by at most one.

    Args:
        depth: number of slices.
        partitions: the paper's S.
        volume: the volume's id, for the message.

    Returns:
        (depth,) int64, ascending from 0 to `partitions` - 1.

    Raises:
        DataError: there are fewer slices than partitions.

    >>> partition_of(10, 4)
    array([0, 0, 0, 1, 1, 2, 2, 2, 3, 3])
    """
    if depth < partitions:
        name = "volume" if volume is None else f"volume {volume}"
        slices = counted(depth, "slice")
        raise DataError(f"{name}: has {slices}, fewer than the {partitions} partitions")
    return np.arange(depth) * partitions // depth
