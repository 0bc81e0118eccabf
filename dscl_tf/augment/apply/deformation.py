"""Applying a dense field of displacements."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.warp import Interpolation, Tensor, warp


def deform(values: Tensor, field: Tensor, interpolation: Interpolation = "bilinear") -> Tensor:
    """Return values with out[r, c] read at (r, c) + field[r, c], clamped to the edge.

    Gradients reach the field by bilinear interpolation.

    Args:
        values: (rows, H, W, channels); any dtype for "nearest", floating for "bilinear".
        field: (rows, H, W, 2) displacements (row, column) in pixels; positions are float32.
        interpolation: see `warp`.
    """
    height, width = values.shape[1:3]
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    positions = ops.add(grid.astype("float32"), ops.cast(field, "float32"))
    return warp(values, positions, interpolation, fill="edge")
