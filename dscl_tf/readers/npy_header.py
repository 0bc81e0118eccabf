"""The header of an array in a .npy file: its shape and dtype, before its values are read."""

import io
import math
from dataclasses import dataclass
from typing import IO

import numpy as np

from dscl_tf.errors import DataError

KINDS = "biuf"  # booleans, whole numbers, real numbers
MOST_BYTES = 2**16  # of a header; NumPy writes some hundred
MOST_AXES = 32


@dataclass(frozen=True)
class ArrayHeader:
    """What a file says of an array.

    Attributes:
        shape: its sides.
        dtype: of plain numbers.
        fortran: whether columns come first.
        start: where its values start, in bytes from the header's first.

    >>> import io
    >>> file = io.BytesIO()
    >>> np.save(file, np.ones((2, 3), "float32"))
    >>> _ = file.seek(0)
    >>> header = read_header(file, "a")
    >>> header.shape, header.dtype.name, header.size
    ((2, 3), 'float32', 24)
    """

    shape: tuple[int, ...]
    dtype: np.dtype
    fortran: bool
    start: int

    @property
    def size(self) -> int:
        """The bytes of its values."""
        return math.prod(self.shape) * self.dtype.itemsize


def read_header(file: IO[bytes], place: str) -> ArrayHeader:
    """Read a header, whatever length it announces for itself.

    Raises:
        DataError: the array is not of plain numbers or has no shape; `place` opens the message.
        ValueError: there is no header, or one of a format that NumPy does not write.
    """
    head = io.BytesIO(file.read(MOST_BYTES))
    version = np.lib.format.read_magic(head)
    if version == (1, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_1_0(head)
    elif version == (2, 0):
        shape, fortran, dtype = np.lib.format.read_array_header_2_0(head)
    else:
        raise ValueError(f"the format of an array must be 1.0 or 2.0, got {version}")
    check_numbers(dtype, place)
    if any(side < 0 for side in shape) or len(shape) > MOST_AXES:
        raise DataError(f"{place}: must have a shape of whole numbers, got {shape!s:.80}")
    return ArrayHeader(shape, dtype, fortran, head.tell())


def check_numbers(dtype: np.dtype, place: str) -> None:
    """Check that an array is of plain numbers, neither of objects nor of records.

    Raises:
        DataError: it is not; `place` opens the message.
    """
    if dtype.kind not in KINDS:
        raise DataError(f"{place}: must be an array of numbers, got {dtype!s:.80}")
