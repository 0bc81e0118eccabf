"""The files of a slice store: their names and shapes, written and put in place."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import kind_of
from dscl_tf.data.store.index import INDEX_NAME, write_index
from dscl_tf.data.store.npy import write_npy
from dscl_tf.files import whole_file


def array_paths(directory: Path, version: str) -> tuple[Path, Path]:
    """Return the paths of a store's images and masks."""
    return directory / f"images-{version}.npy", directory / f"masks-{version}.npy"


def array_shapes(
    slices: int, settings: Mapping[str, Any]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the shapes of images and masks, given the number of slices and the data settings."""
    plane = tuple(settings["grid"])
    channels = kind_of(Data.model_validate(settings)).channels
    return (slices, *plane, channels), (slices, *plane)


def write_files(
    folder: Path,
    index: Mapping[str, Any],
    images: Iterable[np.ndarray],
    masks: Iterable[np.ndarray],
) -> None:
    """Write the arrays and the index of a store into an existing folder.

    Args:
        folder: a folder that nobody opens as a store before this returns.
        index: what `index_of` gave.
        images: per volume, (slices, rows, columns, channels) float32.
        masks: per volume, (slices, rows, columns) uint8.

    Raises:
        OSError: the disk is full.
    """
    slices = sum(entry["depth"] for entry in index["volumes"])
    images_path, masks_path = array_paths(folder, index["version"])
    images_shape, masks_shape = array_shapes(slices, index["settings"])
    with whole_file(images_path) as file:
        write_npy(file, images, images_shape, np.float32)
    with whole_file(masks_path) as file:
        write_npy(file, masks, masks_shape, np.uint8)
    write_index(folder, index)


def publish(folder: Path, directory: Path) -> None:
    """Make the finished store in `folder` the one in `directory`, on the same disk.

    An existing store is valid at every moment: the new arrays have names of their own, and the
    index, which names them, is replaced last and in one step. Processes that have the former
    arrays open keep them.
    """
    if not directory.exists():
        folder.rename(directory)
        return
    for path in sorted(folder.iterdir(), key=lambda path: path.name == INDEX_NAME):
        path.replace(directory / path.name)


def remove_stale(directory: Path, version: str) -> None:
    """Remove arrays of former versions, and files that an interrupted run left unfinished."""
    current = {path.name for path in array_paths(directory, version)}
    for pattern in ("images*.npy", "masks*.npy", f".{INDEX_NAME}.*.tmp"):
        for path in directory.glob(pattern):
            if path.name not in current:
                path.unlink()
