"""The files that a store was made from: the image of a volume, and its reference mask."""

from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.files import read_image, read_mask, sha256
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store.slice_store import VolumeEntry
from dscl_tf.errors import DataError


def read_unchanged_image(entry: VolumeEntry, data: Data) -> Volume:
    """Read the image of a volume.

    Raises:
        DataError: it or its mask, if it has one, changed since the store was made, or it cannot be
            read.
    """
    _check_unchanged(entry.source, entry.sha256)
    if entry.mask_source is not None:
        _check_unchanged(entry.mask_source, entry.mask_sha256)
    return read_image(entry.source, data)


def read_reference(entry: VolumeEntry, image: Volume, data: Data) -> np.ndarray:
    """Read the reference mask of a labelled volume.

    Returns:
        (X, Y, Z) uint8 class numbers.

    Raises:
        DataError: it cannot be read, or does not fit the image.
    """
    return read_mask(_mask_source(entry), image, data)


def _mask_source(entry: VolumeEntry) -> str:
    assert entry.mask_source is not None  # `check_volumes` saw that it is labelled
    return entry.mask_source


def _check_unchanged(source: str, expected: str | None) -> None:
    if Path(source).is_file() and sha256(source) != expected:
        raise DataError(f"{source}: must be as when the store was made, but has changed")
