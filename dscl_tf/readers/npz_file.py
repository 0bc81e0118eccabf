"""Named arrays in one .npz file, and single arrays in .npy files; neither holds a pickle."""

import tokenize
import zipfile
import zlib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import DTypeLike

from dscl_tf.errors import DataError, one_line
from dscl_tf.readers.npy_header import ArrayHeader, read_header
from dscl_tf.readers.text_file import opened

MOST_UNPACKED = 2**32  # bytes of arrays that are compressed, which our own files are not
# What NumPy and zipfile raise on damaged files; the header of an array is parsed as Python.
DAMAGED = (
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,  # of a compression that zipfile does not know, by its subclass, among others
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


Choice = Callable[[Mapping[str, ArrayHeader]], Collection[str]]
"""Names those arrays of a file that are to be read, by the headers of all; or raises."""


def read_npz(path: str | Path, choose: Choice = list) -> dict[str, np.ndarray]:
    """Read arrays of a .npz file by name.

    The headers of all are read before the values of any, and compared with the bytes that are
    there. So a caller who knows what must be there can refuse a file of any size unread.

    Args:
        path: the file.
        choose: takes the headers by name, and returns the names of the arrays to read; all without
            it. What it raises is passed on.

    Raises:
        DataError: the file is missing, damaged, encrypted or no .npz, or an array is not of plain
            numbers.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     np.savez(Path(folder, "a.npz"), small=np.ones(2), large=np.ones((100, 100)))
    ...     read_npz(
    ...         Path(folder, "a.npz"),
    ...         lambda headers: [name for name, header in headers.items() if header.size < 100],
    ...     )
    {'small': array([1., 1.])}
    """
    path = Path(path)
    with opened(path) as file:
        try:
            with zipfile.ZipFile(file) as archive:
                return _arrays(archive, path, choose)
        except DataError:
            raise
        except (*DAMAGED, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(f"{path}: cannot be read as .npz: {one_line(error)}") from error


def _arrays(archive: zipfile.ZipFile, path: Path, choose: Choice) -> dict[str, np.ndarray]:
    members = _members(archive, path)
    headers = {name: _header(archive, each, path) for name, each in members.items()}
    chosen = choose(headers)
    packed = [members[name] for name in chosen if _is_packed(members[name])]
    if (size := sum(each.file_size for each in packed)) > MOST_UNPACKED:
        raise DataError(f"{path}: must unpack to at most {MOST_UNPACKED} bytes, got {size}")
    return {
        name: _array(archive, members[name], headers[name], f"{path}: {name:.80}")
        for name in headers
        if name in chosen
    }


def _members(archive: zipfile.ZipFile, path: Path) -> dict[str, zipfile.ZipInfo]:
    """Return what the archive holds by the names of the arrays."""
    members: dict[str, zipfile.ZipInfo] = {}
    for member in archive.infolist():
        name = member.filename.removesuffix(".npy")
        if name == member.filename:
            raise DataError(f"{path}: must hold .npy files alone, got {name!r:.80}")
        if member.flag_bits & ENCRYPTED:
            raise DataError(f"{path}: must not be encrypted, {name!r:.80} is")
        if name in members:
            raise DataError(f"{path}: must hold each array once, got twice {name!r:.80}")
        members[name] = member
    return members


def _is_packed(member: zipfile.ZipInfo) -> bool:
    return member.compress_type != zipfile.ZIP_STORED


def _header(archive: zipfile.ZipFile, member: zipfile.ZipInfo, path: Path) -> ArrayHeader:
    place = f"{path}: {member.filename.removesuffix('.npy'):.80}"
    with archive.open(member) as file:
        header = read_header(file, place)
    there = member.file_size - header.start
    if header.size != there:
        raise DataError(
            f"{place}: its header announces {header.size} bytes of {header.dtype} "
            f"{header.shape!s:.80}, the file holds {there}"
        )
    return header


def _array(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, header: ArrayHeader, place: str
) -> np.ndarray:
    with archive.open(member) as file:
        file.read(header.start)
        content = file.read(header.size)
        file.read(1)  # the end, where zipfile compares the checksum
    if len(content) != header.size:
        raise DataError(f"{place}: must hold {header.size} bytes, got {len(content)}")
    dtype, shape = header.dtype, header.shape
    array = np.frombuffer(bytearray(content), dtype) if content else np.empty(0, dtype)
    return array.reshape(shape[::-1]).T if header.fortran else array.reshape(shape)


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
