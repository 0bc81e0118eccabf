"""Tells the operating system which slices of a memory map are read next."""

import mmap
from typing import Any

import numpy as np


def read_ahead(mapped: np.ndarray, rows: np.ndarray) -> None:
    """Have slices fetched that are not in memory, side by side; this does not wait for them.

    Args:
        mapped: (slices, ...) a memory map of a file; for other arrays nothing happens.
        rows: (count,) int, the slices.
    """
    file: Any = mapped.base
    if not isinstance(file, mmap.mmap) or not hasattr(mmap, "MADV_WILLNEED"):
        return
    offset = getattr(mapped, "offset", 0)
    for row in np.unique(rows):
        start = offset + int(row) * mapped.strides[0]
        skipped = start % mmap.PAGESIZE
        file.madvise(mmap.MADV_WILLNEED, start - skipped, mapped.strides[0] + skipped)
