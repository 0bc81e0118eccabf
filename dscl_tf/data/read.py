"""Images and masks of any file format that the package reads, told apart by the file's name."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from dscl_tf.data import nifti, png
from dscl_tf.data.labels import class_numbers
from dscl_tf.data.volume import Volume


def is_picture(path: str | Path) -> bool:
    """Return whether a path names a picture (PNG) and not a volume (NIfTI)."""
    return Path(path).suffix.lower() == ".png"


def read_image(path: str | Path) -> Volume:
    """Read a volume or a picture; see `nifti.read_image` and `png.read_picture`."""
    return png.read_picture(path) if is_picture(path) else nifti.read_image(path)


def read_shape(path: str | Path) -> tuple[int, int, int]:
    """Read the shape of a volume, or (rows, columns, 1) of a picture, from the header alone."""
    return png.read_picture_shape(path) if is_picture(path) else nifti.read_shape(path)


def read_mask(
    path: str | Path,
    image: Volume,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Literal["error", "background"] = "error",
) -> np.ndarray:
    """Read the mask of `image`; see `nifti.read_mask` and `labels.class_numbers`.

    Returns:
        (X, Y, Z) uint8, or (rows, columns, 1) of a picture: class numbers in {0} and `classes`.
    """
    if not is_picture(path):
        return nifti.read_mask(path, image, classes, labels, unlisted)
    values = png.read_picture_labels(path, image)
    return class_numbers(values, Path(path), classes, labels, unlisted)


def write_mask(path: str | Path, mask: np.ndarray, like: Volume) -> None:
    """Write a mask as the format of `path`'s name says; see `nifti.write_mask`."""
    if is_picture(path):
        png.write_picture_mask(path, mask)
    else:
        nifti.write_mask(path, mask, like)


def mask_ending(source: str | Path) -> str:
    """Return how the name of a mask of the image `source` ends."""
    return ".png" if is_picture(source) else ".nii.gz"
