"""Slices out of a store's arrays."""

import mmap
from typing import Any

import numpy as np


def read_slices(array: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Copy some slices of a store's images or masks.

    Of a memory map all are asked for before the first is read: a disk that does not hold them in
    memory then fetches them side by side instead of one after the other.

    Args:
        array: (slices, ...).
        rows: (count,) int.

    Returns:
        (count, ...).
    """
    on_disk = isinstance(array, np.memmap) and isinstance(array.base, mmap.mmap)
    if on_disk and hasattr(mmap, "MADV_WILLNEED"):
        mapped: Any = array  # a memory map made by np.zeros_like has no file behind it
        for row in np.unique(rows):
            start = mapped.offset + int(row) * mapped.strides[0]
            skipped = start % mmap.PAGESIZE
            length = mapped.strides[0] + skipped
            mapped.base.madvise(mmap.MADV_WILLNEED, start - skipped, length)
    return np.asarray(array[rows])
