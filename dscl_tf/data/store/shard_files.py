"""The files of a shard: their names, shapes and sizes; written, and found missing or cut."""

import functools
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from dscl_tf.config import Data
from dscl_tf.data.store.npy import write_npy
from dscl_tf.data.store.places import Places
from dscl_tf.files import whole_file
from dscl_tf.text import named

MASKS = np.uint8


def array_paths(directory: Path, shard: str) -> tuple[Path, Path]:
    """Return the paths of a shard's images and masks."""
    return directory / f"images-{shard}.npy", directory / f"masks-{shard}.npy"


def array_shapes(
    slices: int, settings: Mapping[str, Any]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shapes of images and masks, given the number of slices and the data settings."""
    plane = tuple(settings["grid"])
    channels = Data.model_validate(settings).channel_count
    return (slices, *plane, channels), (slices, *plane)


def stored_dtype(settings: Mapping[str, Any]) -> np.dtype:
    """Return the dtype in which images are stored."""
    return np.dtype(settings.get("dtype", "float32"))


def slice_bytes(settings: Mapping[str, Any]) -> int:
    """Return the size of a slice and its mask."""
    image, mask = array_shapes(1, settings)
    return math.prod(image) * stored_dtype(settings).itemsize + math.prod(mask)


def write_shard(
    folder: Path,
    name: str,
    slices: int,
    settings: Mapping[str, Any],
    images: Iterable[np.ndarray],
    masks: Iterable[np.ndarray],
) -> None:
    """Write a shard; each of its files appears whole or not at all, the masks last.

    Args:
        folder: where to.
        name: of the shard.
        slices: their number.
        settings: the data settings.
        images: per volume, (slices, rows, columns, channels).
        masks: per volume, (slices, rows, columns).

    Raises:
        OSError: the disk is full.
    """
    dtypes = (stored_dtype(settings), np.dtype(MASKS))
    paths, shapes = array_paths(folder, name), array_shapes(slices, settings)
    for path, pieces, shape, dtype in zip(paths, (images, masks), shapes, dtypes, strict=True):
        with whole_file(path) as file:
            write_npy(file, pieces, shape, dtype)


def is_whole(folder: Path, name: str, slices: int, settings: Mapping[str, Any]) -> bool:
    """Return whether both files of a shard are there, with the sizes that they must have."""
    return _problem(folder, name, slices, _planes(settings)) is None


def broken_shards(
    folder: Path, places: Places, settings: Mapping[str, Any], ids: Sequence[str]
) -> dict[int, str]:
    """Return by number the shards that are missing or cut, and in words what is wrong.

    Nothing is read: the sizes of the files tell.
    """
    planes, found = _planes(settings), {}
    for shard, (name, slices) in enumerate(zip(places.names, places.lengths.tolist(), strict=True)):
        if problem := _problem(folder, name, slices, planes):
            found[shard] = f"{problem}; it holds {volumes_of(shard, places, ids)}"
    return found


def volumes_of(shard: int, places: Places, ids: Sequence[str]) -> str:
    """Return which volumes lie in a shard, in words."""
    inside = [ids[number] for number in places.volumes_in(shard)]
    return f"volume{'s' if len(inside) > 1 else ''} {named(inside)}"


Plane = tuple[tuple[int, ...], np.dtype]


def _planes(settings: Mapping[str, Any]) -> tuple[Plane, Plane]:
    """Return shape and dtype of one slice's image and mask."""
    image, mask = array_shapes(1, settings)
    return (image[1:], stored_dtype(settings)), (mask[1:], np.dtype(MASKS))


def _problem(folder: Path, name: str, slices: int, planes: tuple[Plane, Plane]) -> str | None:
    for path, (plane, dtype) in zip(array_paths(folder, name), planes, strict=True):
        wanted = npy_bytes((slices, *plane), dtype)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            return f"{path}: is missing"
        if size != wanted:
            return f"{path}: must have {wanted} bytes, got {size}"
    return None


@functools.lru_cache(4096)
def npy_bytes(shape: tuple[int, ...], dtype: DTypeLike) -> int:
    """Return the size of the file that `write_npy` makes of an array.

    >>> npy_bytes((2, 3), np.uint8)
    134
    """
    header = io.BytesIO()
    write_npy(header, [], shape, dtype)
    return header.tell() + math.prod(shape) * np.dtype(dtype).itemsize
