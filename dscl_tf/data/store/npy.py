"""Arrays written piece by piece, so that one larger than memory can be."""

import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike


def write_npy(
    path: Path, pieces: Iterable[np.ndarray], shape: tuple[int, ...], dtype: DTypeLike
) -> None:
    """Write the pieces, one after the other along the first axis, as one NumPy file.

    Plain writes: on a full disk a writable memory map dies of a signal.

    Args:
        path: the .npy file.
        pieces: arrays whose first axes add up to that of `shape`.
        shape: the whole.
        dtype: that of all pieces.

    Raises:
        OSError: the disk is full.
    """
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, header)
        for piece in pieces:
            file.write(np.ascontiguousarray(piece, dtype).data)
        file.flush()
        os.fsync(file.fileno())
