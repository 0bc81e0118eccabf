"""Applying the draws of the restoration tasks: blanking a box out, swapping boxes."""

from collections.abc import Mapping

import numpy as np
from keras import ops

from dscl_tf.augment.warp import Tensor, warp


def corrupt(images: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Return images (rows, H, W, channels) with their "box" blanked out and "swaps" made.

    What is absent from `draws` is not applied.
    """
    if "box" in draws:
        images = ops.where(box_mask(draws["box"], *images.shape[1:3]), 0.0, images)
    if "swaps" in draws:
        images = swap_boxes(images, draws["swaps"])
    return images


def box_mask(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return (rows, H, W, 1) bool, True inside each image's box (rows, 4) of `draw_boxes`."""
    top, left, tall, wide = (boxes[:, number, None, None, None] for number in range(4))
    row, column = np.arange(height)[:, None, None], np.arange(width)[:, None]
    return (row >= top) & (row < top + tall) & (column >= left) & (column < left + wide)


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
