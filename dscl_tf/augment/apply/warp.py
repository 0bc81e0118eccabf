"""The one spatial transform: look up input positions, by gather, on any backend and under XLA.

Where to read comes from `apply/affine.py`, `apply/elastic.py`, `apply/deformation.py` or
`apply/swap.py`.
"""

from typing import Literal

import keras
import numpy as np
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor

Interpolation = Literal["bilinear", "nearest"]
Fill = Literal["zero", "edge"]


def pixel_grid(height: int, width: int) -> np.ndarray:
    """Return the position (row, column) of every pixel, (H, W, 2) int.

    Example:
        >>> pixel_grid(1, 3).tolist()
        [[[0, 0], [0, 1], [0, 2]]]
    """
    return np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)


def warp(
    images: Tensor,
    positions: Tensor,
    interpolation: Interpolation = "bilinear",
    fill: Fill = "zero",
) -> Tensor:
    """Read images at given positions.

    Args:
        images: (batch, H, W, channels); any dtype for "nearest", floating for "bilinear".
        positions: (batch, H', W', 2) float (row, column); pixel centres are whole numbers.
        interpolation: "bilinear" or "nearest" (halves round away from zero).
        fill: what lies beyond the image: "zero" or "edge", its nearest pixel.

    Returns:
        (batch, H', W', channels) of the images' dtype.

    Raises:
        UsageError: integer images and "bilinear", or an unknown interpolation or fill.

    Example:
        >>> image = np.array([10.0, 20]).reshape(1, 1, 2, 1)
        >>> positions = np.array([[0, 0.5], [0, 1.0], [0, 1.25]]).reshape(1, 1, 3, 2)
        >>> np.asarray(warp(image, positions)).ravel().tolist()
        [15.0, 20.0, 15.0]
    """
    if interpolation not in ("bilinear", "nearest") or fill not in ("zero", "edge"):
        raise UsageError(
            "interpolation, fill: must be bilinear or nearest and zero or edge, "
            f"got {interpolation} and {fill}"
        )
    images = ops.convert_to_tensor(images)
    height, width = images.shape[1:3]
    positions = ops.convert_to_tensor(positions)
    # Both bounds of "zero" lie a whole pixel outside, so they read nothing but the fill.
    beyond = 0 if fill == "edge" else 2
    row = ops.clip(positions[..., 0], -beyond, height - 1 + beyond)
    column = ops.clip(positions[..., 1], -beyond, width - 1 + beyond)
    if interpolation == "nearest":
        return _read_pixels(images, _round(row), _round(column))

    dtype = keras.backend.standardize_dtype(images.dtype)
    if "float" not in dtype:
        raise UsageError(f"interpolation: images must be floating for bilinear, got {dtype}")
    top, left = ops.floor(row), ops.floor(column)
    down, right = (row - top)[..., None], (column - left)[..., None]  # (batch, H', W', 1)

    def read(row: Tensor, column: Tensor) -> Tensor:
        return ops.cast(_read_pixels(images, row, column), right.dtype)

    above = read(top, left) * (1 - right) + read(top, left + 1) * right
    below = read(top + 1, left) * (1 - right) + read(top + 1, left + 1) * right
    return ops.cast(above * (1 - down) + below * down, dtype)


def _read_pixels(images: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """Return the pixels at whole positions (batch, H', W'), zero beyond the image."""
    height, width, channels = images.shape[1:]
    count = ops.shape(images)[0]
    row, column = ops.cast(row, "int32"), ops.cast(column, "int32")
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    image = ops.reshape(ops.arange(count, dtype="int32"), (-1, 1, 1))
    index = (image * height + ops.clip(row, 0, height - 1)) * width
    index += ops.clip(column, 0, width - 1)
    pixels = ops.take(ops.reshape(images, (-1, channels)), index, axis=0)
    return ops.where(inside[..., None], pixels, ops.zeros((), pixels.dtype))


def _round(values: Tensor) -> Tensor:
    return ops.where(values >= 0, ops.floor(values + 0.5), ops.ceil(values - 0.5))
