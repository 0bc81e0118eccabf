"""Applying a dense field of displacements, such as a generator makes (`models/generators.py`)."""

from keras import ops

from dscl_tf.augment.apply.warp import Interpolation, pixel_grid, warp
from dscl_tf.tensor import Tensor


def deform(values: Tensor, field: Tensor, interpolation: Interpolation = "bilinear") -> Tensor:
    """Return values with out[r, c] read at (r, c) + field[r, c], clamped to the edge.

    Gradients reach the field by bilinear interpolation.

    Args:
        values: (batch, H, W, channels); any dtype for "nearest", floating for "bilinear".
        field: (batch, H, W, 2) displacements (row, column) in pixels; positions are float32.
        interpolation: see `warp`.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> import numpy as np
        >>> images = np.array([10.0, 20, 40]).reshape(1, 1, 3, 1)
        >>> field = np.broadcast_to([0.0, 1.0], (1, 1, 3, 2))  # each pixel reads the next column
        >>> np.asarray(deform(images, field)).ravel().tolist()
        [20.0, 40.0, 40.0]
    """
    grid = pixel_grid(*values.shape[1:3])
    positions = ops.add(grid.astype("float32"), ops.cast(field, "float32"))
    return warp(values, positions, interpolation, fill="edge")
