"""Images and masks of any format that the package reads, told apart by what lies at the path.

A path is a NIfTI file; or a DICOM series, named by one of its files, or by its folder where that
holds no other series.
"""

import hashlib
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data import nifti
from dscl_tf.data.dicom.series import is_series, read_series, series_of
from dscl_tf.data.volume import Volume
from dscl_tf.errors import DataError


def read_image(path: str | Path, data: Data) -> Volume:
    """Read an image volume; see `nifti.read_image` and `read_series`."""
    return read_series(path) if is_series(path) else nifti.read_image(path, data.channel)


def read_shape(path: str | Path, data: Data) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its headers alone, and check these."""
    if is_series(path):
        return series_of(path).placement().shape
    return nifti.read_shape(path, data.channel)


def read_mask(path: str | Path, image: Volume, data: Data) -> np.ndarray:
    """Read the label mask of `image`, a NIfTI file also where the image is DICOM.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `data.classes`; see `nifti.read_mask`.
    """
    return nifti.read_mask(path, image, data.classes, data.labels, data.unlisted_labels)


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, or of the files of a series in the order of its slices.

    Raises:
        DataError: a file is missing, no regular file, or cannot be read.
    """
    files = [Path(path)]
    if not files[0].is_dir():
        nifti.check_is_file(files[0])
    if is_series(path):
        files = [header.path for header in series_of(path).placement().slices]
    digest = hashlib.sha256()
    for one in files:
        try:
            with one.open("rb") as file:
                while block := file.read(1 << 20):
                    digest.update(block)
        except OSError as error:
            raise DataError(f"{one}: cannot be read: {error.strerror}") from error
    return digest.hexdigest()
