"""The files that a store was made from: the image of a volume, and its reference mask."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.files import read_image, read_mask
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store.digests import image_digest
from dscl_tf.data.store.slice_store import VolumeEntry
from dscl_tf.errors import DataError


def read_unchanged_image(entry: VolumeEntry, data: Data) -> Volume:
    """Read the image of a volume.

    Raises:
        DataError: it or its mask, if it has one, changed since the store was made, or it cannot be
            read.
    """
    _check_unchanged((entry.source, *entry.further_sources), entry.sha256)
    if entry.mask_source is not None:
        _check_unchanged((entry.mask_source,), entry.mask_sha256)
    return read_original(entry, data)


def read_original(entry: VolumeEntry, data: Data) -> Volume:
    """Read the image of a volume as it is now, with all its channels.

    Raises:
        DataError: it cannot be read.
    """
    return read_image(entry.source, data, entry.further_sources)


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


def _check_unchanged(sources: Sequence[str], expected: str | None) -> None:
    files = [Path(source) for source in sources]
    if all(file.is_file() for file in files) and image_digest(files) != expected:
        named = ", ".join(sources)
        raise DataError(f"{named}: must be as when the store was made, but has changed")
