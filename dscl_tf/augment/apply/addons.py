"""Replacements for image operations of tensorflow-addons, equal to its release 0.23."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.affine import affine_positions
from dscl_tf.augment.apply.warp import Fill, Interpolation, pixel_grid, warp
from dscl_tf.tensor import Tensor


def dense_image_warp(images: Tensor, flow: Tensor) -> Tensor:
    """Return images with out[r, c] read bilinearly at (r, c) - flow[r, c], clamped to the edge.

    Args:
        images: (batch, H, W, channels) float.
        flow: (batch, H, W, 2) float displacements (row, column) in pixels.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> images = np.array([10.0, 20, 40], "float32").reshape(1, 1, 3, 1)
        >>> right = np.broadcast_to(np.array([0, 1], "float32"), (1, 1, 3, 2))
        >>> np.asarray(dense_image_warp(images, right)).ravel().tolist()
        [10.0, 10.0, 20.0]
    """
    grid = pixel_grid(*images.shape[1:3])
    return warp(images, ops.subtract(grid.astype("float32"), flow), fill="edge")


def rotate(
    images: Tensor,
    angles: Tensor,
    interpolation: Interpolation = "bilinear",
    fill: Fill = "zero",
) -> Tensor:
    """Rotate images counter-clockwise about their centres.

    Args:
        images: (batch, H, W, channels).
        angles: radians, (batch,) or one for all.
        interpolation: see `warp`.
        fill: see `warp`; tensorflow-addons calls these "constant" (with value 0) and "nearest".

    Returns:
        (batch, H, W, channels).

    Example:
        >>> images = np.array([[1.0, 2], [3, 4]], "float32").reshape(1, 2, 2, 1)
        >>> np.asarray(rotate(images, np.pi / 2, "nearest"))[0, ..., 0].tolist()
        [[2.0, 4.0], [1.0, 3.0]]
    """
    height, width = images.shape[1:3]
    angles = ops.cast(angles, "float32") + ops.zeros(ops.shape(images)[:1])  # (batch,)
    cosine, sine = ops.cos(angles), ops.sin(angles)
    y, x = (height - 1) / 2, (width - 1) / 2
    matrix = ops.stack(
        [
            ops.stack([cosine, sine, y - cosine * y - sine * x], axis=-1),
            ops.stack([-sine, cosine, x + sine * y - cosine * x], axis=-1),
        ],
        axis=1,
    )  # (batch, 2, 3)
    return warp(images, affine_positions(matrix, height, width), interpolation, fill)


def translate(
    images: Tensor,
    translations: Tensor,
    interpolation: Interpolation = "nearest",
    fill: Fill = "zero",
) -> Tensor:
    """Shift images.

    Args:
        images: (batch, H, W, channels).
        translations: pixels (dx, dy) to the right and down, (batch, 2) or (2,) for all.
        interpolation: see `warp`.
        fill: see `rotate`.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> images = np.array([10.0, 20, 40], "float32").reshape(1, 1, 3, 1)
        >>> np.asarray(translate(images, np.array([1.0, 0]))).ravel().tolist()
        [0.0, 10.0, 20.0]
    """
    height, width = images.shape[1:3]
    shift = ops.cast(translations, "float32") + ops.zeros((ops.shape(images)[0], 1))  # (batch, 2)
    identity = np.eye(2, dtype="float32") + ops.zeros((ops.shape(images)[0], 1, 1))
    matrix = ops.concatenate([identity, -ops.flip(shift, axis=-1)[..., None]], axis=-1)
    return warp(images, affine_positions(matrix, height, width), interpolation, fill)
