"""Images and masks of any format that the package reads.

With a layout of pictures a path is a PNG. Else what lies there decides: a NIfTI file; or a DICOM
series, named by one of its files, or by its folder where that holds no other series.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import nifti, png
from dscl_tf.data.io.dicom.series import is_series, read_series, series_of
from dscl_tf.data.io.labels import class_numbers
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError


def read_image(path: str | Path, data: Data) -> Volume:
    """Read a volume or a picture; see `nifti.read_image`, `read_series`, `png.read_picture`."""
    if data.pictures:
        return png.read_picture(path)
    return read_series(path) if is_series(path) else nifti.read_image(path, data.channel)


def read_shape(path: str | Path, data: Data) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its headers alone, and check these.

    That of a picture is (rows, columns, 1).
    """
    if data.pictures:
        return png.read_picture_shape(path)
    if is_series(path):
        return series_of(path).placement().shape
    return nifti.read_shape(path, data.channel)


def read_mask(path: str | Path, image: Volume, data: Data) -> np.ndarray:
    """Read the label mask of `image`, a NIfTI file also where the image is DICOM.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `data.classes`; see `nifti.read_mask`. Of a picture
        (rows, columns, 1); it may be all background, since a scene need not show any class.
    """
    if data.pictures:
        values = png.read_picture_labels(path, image)
        table = {number: number for number in data.classes} if data.labels is None else data.labels
        return class_numbers(values, table, data.unlisted_labels, path)
    return nifti.read_mask(path, image, data.classes, data.labels, data.unlisted_labels)


def read_written_mask(path: str | Path, image: Volume, classes: Mapping[int, str]) -> np.ndarray:
    """Read back what `write_mask` wrote, which may be all background.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `classes`.
    """
    if is_picture(path):
        values = png.read_picture_labels(path, image)
        return class_numbers(values, {number: number for number in classes}, "error", path)
    return nifti.read_mask(path, image, classes, may_be_empty=True)


def write_mask(path: str | Path, mask: np.ndarray, image: Volume) -> None:
    """Write a mask of `image` as PNG or NIfTI, as its name says; see `nifti.write_mask`."""
    if is_picture(path):
        png.write_picture_mask(path, mask)
    else:
        nifti.write_mask(path, mask, image)


def write_map(path: str | Path, values: np.ndarray, image: Volume) -> None:
    """Write a map of values in [0, 1]: 32-bit NIfTI, or 16-bit PNG where 65535 stands for 1."""
    if is_picture(path):
        png.write_picture_map(path, values)
    else:
        nifti.write_map(path, values, image)


def is_picture(path: str | Path) -> bool:
    """Return whether a path names a picture (PNG)."""
    return Path(path).suffix.lower() == ".png"


def mask_ending(data: Data) -> str:
    """Return how the names of masks end."""
    return ".png" if data.pictures else ".nii.gz"


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
