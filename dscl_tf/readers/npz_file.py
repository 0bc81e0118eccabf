"""Named arrays in one .npz file, and single arrays in .npy files; neither holds a pickle."""

import math
import tokenize
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike

from dscl_tf.errors import DataError, one_line
from dscl_tf.readers.text_file import opened

KINDS = "biuf"  # booleans, whole numbers, real numbers
MOST_UNPACKED = 2**32  # bytes of arrays that are compressed, which our own files are not
# What NumPy and zipfile raise on damaged files; the header of an array is parsed as Python.
DAMAGED = (
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)
ENCRYPTED = 1  # bit of a zip entry's flags


def write_npz(file: IO[bytes], arrays: Mapping[str, Any]) -> None:
    """Write arrays as `numpy.savez` does, byte for byte, whatever they are called.

    `savez` takes names as keywords, so that none may be `file` or `allow_pickle`.
    """
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)


def read_npz(path: str | Path) -> dict[str, np.ndarray]:
    """Read all arrays of a .npz file by name.

    Every header is compared with the bytes that are there before memory is taken.

    Raises:
        DataError: the file is missing, damaged, encrypted or no .npz, or an array is not of plain
            numbers.
    """
    path = Path(path)
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _arrays(archive, path)
        except DataError:
            raise
        except (*DAMAGED, zipfile.BadZipFile, zlib.error, NotImplementedError) as error:
            raise DataError(f"{path}: cannot be read as .npz: {one_line(error)}") from error


def _arrays(archive: zipfile.ZipFile, path: Path) -> dict[str, np.ndarray]:
    members = archive.infolist()
    packed = [each for each in members if each.compress_type != zipfile.ZIP_STORED]
    if (size := sum(each.file_size for each in packed)) > MOST_UNPACKED:
        raise DataError(f"{path}: must unpack to at most {MOST_UNPACKED} bytes, got {size}")
    arrays: dict[str, np.ndarray] = {}
    for member in members:
        name = member.filename.removesuffix(".npy")
        if name == member.filename:
            raise DataError(f"{path}: must hold .npy files alone, got {name!r:.80}")
        if member.flag_bits & ENCRYPTED:
            raise DataError(f"{path}: must not be encrypted, {name!r:.80} is")
        if name in arrays:
            raise DataError(f"{path}: must hold each array once, got twice {name!r:.80}")
        arrays[name] = _array(archive, member, f"{path}: {name:.80}")
    return arrays


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo, place: str) -> np.ndarray:
    with archive.open(member) as file:
        shape, fortran, dtype = _header(file)
        check_numbers(dtype, place)
        announced = _size(shape, place) * dtype.itemsize
        there = member.file_size - file.tell()
        if announced != there:
            raise DataError(
                f"{place}: its header announces {announced} bytes of {dtype} {shape!s:.80}, "
                f"the file holds {there}"
            )
        content = file.read(there)
        file.read(1)  # the end, where zipfile compares the checksum
    if len(content) != announced:
        raise DataError(f"{place}: must hold {announced} bytes, got {len(content)}")
    array = np.frombuffer(bytearray(content), dtype) if content else np.empty(0, dtype)
    return array.reshape(shape[::-1]).T if fortran else array.reshape(shape)


def _header(file: Any) -> tuple[tuple[int, ...], bool, np.dtype]:
    """Read the header of a .npy file: shape, whether columns come first, dtype."""
    version = np.lib.format.read_magic(file)
    if version == (1, 0):
        return np.lib.format.read_array_header_1_0(file)
    if version == (2, 0):
        return np.lib.format.read_array_header_2_0(file)
    raise ValueError(f"the format of an array must be 1.0 or 2.0, got {version}")


def _size(shape: tuple[int, ...], place: str) -> int:
    if any(side < 0 for side in shape) or len(shape) > 32:
        raise DataError(f"{place}: must have a shape of whole numbers, got {shape!s:.80}")
    return math.prod(shape)


def check_numbers(dtype: np.dtype, place: str) -> None:
    """Check that an array is of plain numbers, neither of objects nor of records.

    Raises:
        DataError: it is not; `place` opens the message.
    """
    if dtype.kind not in KINDS:
        raise DataError(f"{place}: must be an array of numbers, got {dtype!s:.80}")


def check_finite(arrays: Mapping[str, np.ndarray], place: str | Path) -> None:
    """Check that no array holds NaN or an infinite value.

    Raises:
        DataError: one does; `place` opens the message.
    """
    if found := not_finite(arrays):
        raise DataError(f"{place}: all values must be finite, {found}")


def not_finite(arrays: Mapping[str, Any]) -> str:
    """Say which array is the first with NaN or infinite values, "" where there is none.

    >>> not_finite({"a": np.ones(2), "b": np.array([1, np.nan, np.inf])})
    'b holds 2 of 3 that are NaN or infinite'
    """
    for name, array in arrays.items():
        values = np.asarray(array)
        if values.dtype.kind == "f" and not np.isfinite(values).all():
            count = int((~np.isfinite(values)).sum())
            return f"{name:.80} holds {count} of {values.size} that are NaN or infinite"
    return ""


def map_npy(path: str | Path, shape: tuple[int | None, ...], dtype: DTypeLike) -> np.ndarray:
    """Map a .npy file into memory, read-only.

    Args:
        path: the file.
        shape: what it must have; None stands for any side.
        dtype: likewise.

    Raises:
        DataError: it cannot be read, is no .npy file, or has another shape or dtype.
    """
    path = Path(path)
    with opened(path):  # neither a pipe nor a directory
        try:
            array = np.lib.format.open_memmap(path, mode="r")
        except DAMAGED as error:
            message = f"{path}: cannot be read as a NumPy array: {one_line(error)}"
            raise DataError(message) from error
    fits = len(array.shape) == len(shape) and all(
        side in (None, its) for its, side in zip(array.shape, shape, strict=True)
    )
    if not fits or array.dtype != dtype:
        raise DataError(
            f"{path}: must be {np.dtype(dtype)} {shape} as the index says, "
            f"got {array.dtype} {array.shape}"
        )
    return array
