"""An image volume from an array in memory."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.nifti.header import spacing_of
from dscl_tf.data.io.volume import Volume, checked_intensities
from dscl_tf.errors import DataError, UsageError
from dscl_tf.text import shortened

ARRAY = Path("`array`")  # in place of a file, in messages
AXES = np.diag([-1.0, -1.0, 1.0])  # rows to the left, columns to the back, slices upwards


def volume_of_array(
    array: Any,
    data: Data,
    spacing: Sequence[float] | None = None,
    affine: Any = None,
) -> Volume:
    """Return an array as if it had been read from a file.

    Args:
        array: (X, Y, Z) intensities; with several channels (X, Y, Z, channels); of a colour picture
            (H, W, 3).
        data: how volumes become slices on the training grid.
        spacing: mm per voxel along X, Y, Z. The axes are then taken as they are: the third one
            counts slices, whatever `data.slice_axis` says.
        affine: (4, 4), voxel index to mm (right, anterior, superior), as nibabel gives it. It holds
            the spacing, and says how the axes lie in the body. One of the two must be given, of a
            picture none.

    Raises:
        UsageError: `spacing` and `affine` are both given, or both missing; or break a rule.
        DataError: the array has other axes, or intensities that break a rule.

    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> volume_of_array(np.arange(24.0).reshape(2, 3, 4), data, (2, 2, 8)).array.dtype
    dtype('float32')
    """
    if np.ma.is_masked(array):
        count = np.ma.count_masked(array)
        raise DataError(f"{ARRAY}: must have no masked voxels, got {count}; see numpy.ma.filled")
    values = _checked_axes(np.asarray(array), data)
    if (spacing is None) == (affine is None) and not data.pictures:
        given = "neither" if spacing is None else "both"
        raise UsageError(f"`spacing`: must be given, or else `affine`, got {given}")
    if data.pictures and not (spacing is None and affine is None):
        raise UsageError("`spacing`: must be left out for pictures, and so must `affine`")
    values, not_finite = checked_intensities(values, ARRAY, data.not_finite)
    if affine is not None:
        matrix = _real_numbers(affine)
        if matrix is None:
            raise UsageError(f"`affine`: must hold real numbers, got {shortened(affine)}")
        if matrix.shape != (4, 4):
            raise UsageError(f"`affine`: must have shape (4, 4), got {matrix.shape}")
        sizes = spacing_of(matrix, Path("`affine`"))
        return Volume(values, matrix, sizes, ARRAY, not_finite=not_finite)
    sizes = (1.0, 1.0, 1.0) if spacing is None else _checked_spacing(spacing)
    matrix = np.eye(4)
    matrix[:3, :3] = AXES * sizes
    return Volume(values, matrix, sizes, ARRAY, oriented=False, not_finite=not_finite)


def _checked_axes(array: np.ndarray, data: Data) -> np.ndarray:
    """Return float32 of shape (X, Y, Z) or (X, Y, Z, channels); a picture gets its Z."""
    if not np.issubdtype(array.dtype, np.number) or np.iscomplexobj(array):
        raise DataError(f"{ARRAY}: must hold real numbers, got {array.dtype}")
    channels = data.channel_count
    axes = "(H, W, 3)" if data.pictures else "(X, Y, Z)" if channels == 1 else "(X, Y, Z, channels)"
    several = channels > 1 and not data.pictures
    fits = array.ndim == 3 + several and (channels == 1 or array.shape[-1] == channels)
    if not fits or not array.size:
        of_channels = f" with {channels} channels" if several else ""
        raise DataError(f"{ARRAY}: must have the axes {axes}{of_channels}, got shape {array.shape}")
    values = array.astype(np.float32)
    return values[:, :, None] if data.pictures else values


def _checked_spacing(spacing: Sequence[float]) -> tuple[float, float, float]:
    values = _real_numbers(spacing)
    fits = values is not None and values.shape == (3,) and np.isfinite(values).all()
    if values is None or not fits or values.min() <= 0:
        got = shortened(spacing)
        raise UsageError(f"`spacing`: must be three sizes above 0 in mm, got {got}")
    x, y, z = values.tolist()
    return x, y, z


def _real_numbers(values: Any) -> np.ndarray | None:
    """Return float64; None where there is something else than numbers, or rows differ in length."""
    try:
        return np.asarray(values, np.float64)
    except (OverflowError, TypeError, ValueError):
        return None
