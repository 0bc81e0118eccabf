"""The one spatial transform: look up input positions, by gather, on any backend and under XLA."""

from typing import Any, Literal, TypeAlias

import keras
import numpy as np
from keras import ops

from dscl_tf.errors import UsageError

Tensor: TypeAlias = Any
Interpolation = Literal["bilinear", "nearest"]
Fill = Literal["zero", "edge"]


def sampling_positions(
    height: int, width: int, matrix: Tensor | None = None, elastic: Tensor | None = None
) -> Tensor:
    """Return where each output pixel reads its input.

    Args:
        height: rows of the output.
        width: columns of the output.
        matrix: (rows, 2, 3), maps an output pixel (row, column, 1) to input (row, column).
        elastic: (rows, g, g, 2) displacements (row, column) in pixels on a coarse grid whose
            corners are the image's; enlarged bicubically and added.

    Returns:
        (rows, H, W, 2) float32 positions (row, column).

    Raises:
        UsageError: neither `matrix` nor `elastic` is given.
    """
    if matrix is None and elastic is None:
        raise UsageError("matrix, elastic: one of them must be given, got neither")
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    positions = ops.convert_to_tensor(grid[None], "float32")  # (1, H, W, 2)
    if matrix is not None:
        matrix = ops.cast(matrix, "float32")[:, None, None]  # (rows, 1, 1, 2, 3)
        row, column = positions[..., 0:1], positions[..., 1:2]
        positions = matrix[..., 0] * row + matrix[..., 1] * column + matrix[..., 2]
    if elastic is not None:
        over_rows = cubic_weights(height, elastic.shape[1])
        over_columns = cubic_weights(width, elastic.shape[2])
        elastic = ops.cast(elastic, "float32")
        positions = positions + ops.einsum("hg,bgkc,wk->bhwc", over_rows, elastic, over_columns)
    return positions


def cubic_weights(size: int, grid: int) -> np.ndarray:
    """Return (size, grid) Catmull-Rom weights that enlarge `grid` values to `size` values.

    The first and last values meet; beyond them the grid goes on with its end values.
    """
    at = np.arange(size) * (grid - 1) / max(size - 1, 1)
    weights = np.zeros((size, grid))
    first = np.floor(at).astype(int)
    for offset in range(-1, 3):
        distance = np.abs(at - first - offset)
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        weight = np.where(distance <= 1, near, np.where(distance < 2, far, 0))
        knots = np.clip(first + offset, 0, grid - 1)
        np.add.at(weights, (np.arange(size), knots), weight)
    return weights.astype("float32")


def warp(
    images: Tensor,
    positions: Tensor,
    interpolation: Interpolation = "bilinear",
    fill: Fill = "zero",
) -> Tensor:
    """Read images at given positions.

    Args:
        images: (rows, H, W, channels); any dtype for "nearest", floating for "bilinear".
        positions: (rows, H', W', 2) float (row, column); pixel centres are whole numbers.
        interpolation: "bilinear" or "nearest" (halves round away from zero).
        fill: what lies beyond the image: "zero" or "edge", its nearest pixel.

    Returns:
        (rows, H', W', channels) of the images' dtype.

    Raises:
        UsageError: integer images and "bilinear", or an unknown interpolation or fill.
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
    down, right = (row - top)[..., None], (column - left)[..., None]  # (rows, H', W', 1)

    def read(row: Tensor, column: Tensor) -> Tensor:
        return ops.cast(_read_pixels(images, row, column), right.dtype)

    above = read(top, left) * (1 - right) + read(top, left + 1) * right
    below = read(top + 1, left) * (1 - right) + read(top + 1, left + 1) * right
    return ops.cast(above * (1 - down) + below * down, dtype)


def _read_pixels(images: Tensor, row: Tensor, column: Tensor) -> Tensor:
    """Return the pixels at whole positions (rows, H', W'), zero beyond the image."""
    height, width, channels = images.shape[1:]
    rows = ops.shape(images)[0]
    row, column = ops.cast(row, "int32"), ops.cast(column, "int32")
    inside = (row >= 0) & (row < height) & (column >= 0) & (column < width)
    image = ops.reshape(ops.arange(rows, dtype="int32"), (-1, 1, 1))
    index = (image * height + ops.clip(row, 0, height - 1)) * width
    index += ops.clip(column, 0, width - 1)
    pixels = ops.take(ops.reshape(images, (-1, channels)), index, axis=0)
    return ops.where(inside[..., None], pixels, ops.zeros((), pixels.dtype))


def _round(values: Tensor) -> Tensor:
    return ops.where(values >= 0, ops.floor(values + 0.5), ops.ceil(values - 0.5))
