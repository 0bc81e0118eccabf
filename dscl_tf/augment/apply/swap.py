"""Applying random swaps: exchanging pairs of boxes."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.warp import Tensor, warp


def swap_boxes(images: Tensor, swaps: Tensor) -> Tensor:
    """Exchange pairs of boxes, one pair after the other.

    Args:
        images: (rows, H, W, channels).
        swaps: (rows, swaps, 6) of `draw_swaps`.

    Returns:
        (rows, H, W, channels).
    """
    height, width = images.shape[1:3]
    grid = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    positions = ops.convert_to_tensor(grid[None], "int32")  # (1, H, W, 2)
    # What an output pixel shows is found backwards, so that all swaps are one look-up.
    for number in reversed(range(swaps.shape[1])):
        swap = ops.cast(swaps[:, number, None, None], "int32")  # (rows, 1, 1, 6)
        first, second, size = swap[..., 0:2], swap[..., 2:4], swap[..., 4:6]
        in_first, in_second = _inside(positions, first, size), _inside(positions, second, size)
        shift = ops.cast(in_first, "int32") - ops.cast(in_second, "int32")
        positions = positions + shift * (second - first)  # (rows, H, W, 2)
    return warp(images, ops.cast(positions, "float32"), "nearest")


def _inside(positions: Tensor, corner: Tensor, size: Tensor) -> Tensor:
    """Return (rows, H, W, 1) bool."""
    inside = (positions >= corner) & (positions < corner + size)
    return ops.all(inside, axis=-1, keepdims=True)
