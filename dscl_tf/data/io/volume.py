"""One image volume in memory, with the axes and values of its file."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.errors import DataError


@dataclass(frozen=True, eq=False)
class Volume:
    """An image and its place in the scanner.

    Attributes:
        array: (X, Y, Z) float32, axes in file order; of a picture (H, W, 1, channels).
        affine: (4, 4) float64, voxel index to mm (NIfTI: right, anterior, superior).
        spacing: mm per voxel along each array axis.
        path: the file it came from, or the folder of its series.
        oriented: whether the header says how the axes lie in the body. Where it does not, the axes
            are taken as stored, and the third one counts slices; pictures are such volumes.
        header: the NIfTI header, which `nifti.write_mask` copies; None for other files.
    """

    array: np.ndarray
    affine: np.ndarray
    spacing: tuple[float, float, float]
    path: Path
    oriented: bool = True
    header: Any = None


def check_intensities(array: np.ndarray, path: str | Path) -> None:
    """Check that intensities are finite and not all equal.

    Raises:
        DataError: they are not; the message names `path`.
    """
    if not np.isfinite(array).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise DataError(f"{path}: intensities must be finite, got {count} NaN or infinite voxels")
    if array.min() == array.max():
        raise DataError(f"{path}: intensities must vary, got {array.flat[0]:g} in every voxel")
