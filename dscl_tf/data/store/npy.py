"""Arrays written piece by piece, so that one larger than memory can be written."""

from collections.abc import Iterable
from typing import IO

import numpy as np
from numpy.typing import DTypeLike


def write_npy(
    file: IO[bytes], pieces: Iterable[np.ndarray], shape: tuple[int, ...], dtype: DTypeLike
) -> None:
    """Write the pieces, one after the other along the first axis, as one array in NumPy's format.

    A writable memory map would do as well, but on a full disk it ends the process by a signal.

    Args:
        file: open for writing.
        pieces: arrays whose first axes add up to that of `shape`.
        shape: of the whole array.
        dtype: of the whole array; that of the pieces too.

    Raises:
        OSError: the disk is full.
    """
    header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    for piece in pieces:
        file.write(np.ascontiguousarray(piece, dtype).data)
