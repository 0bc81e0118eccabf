"""Slices out of a store's arrays."""

import mmap
from typing import Any

import numpy as np


def read_slices(array: np.ndarray, indices: np.ndarray) -> np.ndarray:
    """Copy some slices of a store's images or masks.

    For a memory map the operating system is told of all slices before the first is read, so that
    it fetches those that are not in memory side by side instead of one after the other.

    Args:
        array: (slices, ...).
        indices: (count,) int.

    Returns:
        (count, ...).

    >>> read_slices(np.array([[1, 2], [3, 4], [5, 6]]), np.array([2, 0]))
    array([[5, 6],
           [1, 2]])
    """
    on_disk = isinstance(array, np.memmap) and isinstance(array.base, mmap.mmap)
    if on_disk and hasattr(mmap, "MADV_WILLNEED"):
        mapped: Any = array  # a memory map made by np.zeros_like has no file behind it
        for index in np.unique(indices):
            start = mapped.offset + int(index) * mapped.strides[0]
            skipped = start % mmap.PAGESIZE
            length = mapped.strides[0] + skipped
            mapped.base.madvise(mmap.MADV_WILLNEED, start - skipped, length)
    return np.asarray(array[indices])
