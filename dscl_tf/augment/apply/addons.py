"""Replacements for image operations of tensorflow-addons, equal to its release 0.23."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.warp import Fill, Interpolation, Tensor, sampling_positions, warp


def dense_image_warp(images: Tensor, flow: Tensor) -> Tensor:
    """Return images with out[r, c] read bilinearly at (r, c) - flow[r, c], clamped to the edge.

    Args:
        images: (rows, H, W, channels) float.
        flow: (rows, H, W, 2) float displacements (row, column) in pixels.
    """
    height, width = images.shape[1:3]
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    return warp(images, ops.subtract(grid.astype("float32"), flow), fill="edge")


def rotate(
    images: Tensor,
    angles: Tensor,
    interpolation: Interpolation = "bilinear",
    fill: Fill = "zero",
) -> Tensor:
    """Rotate images counter-clockwise about their centres.

    Args:
        images: (rows, H, W, channels).
        angles: radians, (rows,) or one for all.
        interpolation: see `warp`.
        fill: see `warp`; tensorflow-addons calls these "constant" (with value 0) and "nearest".
    """
    height, width = images.shape[1:3]
    angles = ops.cast(angles, "float32") + ops.zeros(ops.shape(images)[:1])  # (rows,)
    cosine, sine = ops.cos(angles), ops.sin(angles)
    y, x = (height - 1) / 2, (width - 1) / 2
    matrix = ops.stack(
        [
            ops.stack([cosine, sine, y - cosine * y - sine * x], axis=-1),
            ops.stack([-sine, cosine, x + sine * y - cosine * x], axis=-1),
        ],
        axis=1,
    )  # (rows, 2, 3)
    return warp(images, sampling_positions(height, width, matrix), interpolation, fill)


def translate(
    images: Tensor,
    translations: Tensor,
    interpolation: Interpolation = "nearest",
    fill: Fill = "zero",
) -> Tensor:
    """Shift images.

    Args:
        images: (rows, H, W, channels).
        translations: pixels (dx, dy) to the right and down, (rows, 2) or (2,) for all.
        interpolation: see `warp`.
        fill: see `rotate`.
    """
    height, width = images.shape[1:3]
    shift = ops.cast(translations, "float32") + ops.zeros((ops.shape(images)[0], 1))  # (rows, 2)
    identity = np.eye(2, dtype="float32") + ops.zeros((ops.shape(images)[0], 1, 1))
    matrix = ops.concatenate([identity, -ops.flip(shift, axis=-1)[..., None]], axis=-1)
    return warp(images, sampling_positions(height, width, matrix), interpolation, fill)
