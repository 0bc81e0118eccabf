"""One image volume in memory, with the axes and values of its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config.data import NotFinite
from dscl_tf.errors import DataError


@dataclass(frozen=True, eq=False)
class Volume:
    """An image and its place in the scanner.

    Attributes:
        array: (X, Y, Z) float32, axes in file order; of several channels (X, Y, Z, channels), of a
            picture (H, W, 1, channels).
        affine: (4, 4) float64, voxel index to mm (NIfTI: right, anterior, superior).
        spacing: mm per voxel along each array axis.
        path: the file it came from, of several that of the first channel; or its series' folder.
        oriented: whether the header says how the axes lie in the body. Where it does not, the axes
            are taken as stored, and the third one counts slices; pictures are such volumes.
        header: the NIfTI header, which `nifti.write_mask` copies; None for other files.
        not_finite: number of voxels that were NaN or infinite and became the lowest finite value.
    """

    array: np.ndarray
    affine: np.ndarray
    spacing: tuple[float, float, float]
    path: Path
    oriented: bool = True
    header: Any = None
    not_finite: int = 0


def checked_intensities(
    array: np.ndarray, path: str | Path, not_finite: NotFinite = "error"
) -> tuple[np.ndarray, int]:
    """Check that intensities are finite and not all equal.

    Args:
        array: float32, any shape.
        path: the file, for the message.
        not_finite: whether NaN and infinite values are an error, or become the lowest finite one.

    Returns:
        the intensities, and how many were replaced.

    Raises:
        DataError: they break a rule.

    >>> checked_intensities(np.array([np.nan, 3, 5], np.float32), "a.nii", "background")
    (array([3., 3., 5.], dtype=float32), 1)
    """
    count = 0
    if not_finite == "background":
        finite = np.isfinite(array)
        if not finite.any():
            raise DataError(f"{path}: must hold a finite intensity, got {array.size} without one")
        if count := int(array.size - np.count_nonzero(finite)):
            array = np.where(finite, array, array[finite].min())
    check_intensities(array, path)
    return array, count


def check_intensities(array: np.ndarray, path: str | Path) -> None:
    """Check that intensities are finite and not all equal.

    Raises:
        DataError: they are not; the message names `path`.

    >>> check_intensities(np.array([3.0, 5.0]), "a.nii")
    >>> check_intensities(np.array([3.0, 3.0]), "a.nii")
    Traceback (most recent call last):
    dscl_tf.errors.DataError: a.nii: intensities must vary, got 3 in every voxel
    """
    if not np.isfinite(array).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise DataError(f"{path}: intensities must be finite, got {count} NaN or infinite voxels")
    if array.min() == array.max():
        raise DataError(f"{path}: intensities must vary, got {array.flat[0]:g} in every voxel")
