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
    memory: Any = array.base  # the mmap.mmap itself; np.zeros_like of a memory map has none
    on_disk = isinstance(memory, mmap.mmap) and hasattr(mmap, "MADV_WILLNEED")
    if on_disk and isinstance(array, np.memmap):
        for row in np.unique(rows):
            start = array.offset + int(row) * array.strides[0]
            skipped = start % mmap.PAGESIZE
            memory.madvise(mmap.MADV_WILLNEED, start - skipped, array.strides[0] + skipped)
    return np.asarray(array[rows])
