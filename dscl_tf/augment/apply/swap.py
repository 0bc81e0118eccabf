"""Applying random swaps: exchanging pairs of boxes."""

from keras import ops

from dscl_tf.augment.apply.warp import pixel_grid, warp
from dscl_tf.tensor import Tensor


def swap_boxes(images: Tensor, swaps: Tensor) -> Tensor:
    """Exchange pairs of boxes, one pair after the other.

    Args:
        images: (batch, H, W, channels).
        swaps: (batch, swaps, 6) of `draw_swaps`.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> import numpy as np
        >>> images = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
        >>> one_pixel_each = np.array([[[0, 0, 0, 2, 1, 1]]])  # top and left, twice; the size
        >>> np.asarray(swap_boxes(images, one_pixel_each)).ravel().tolist()
        [3.0, 2.0, 1.0]
    """
    positions = ops.convert_to_tensor(pixel_grid(*images.shape[1:3])[None], "int32")
    # What an output pixel shows is found backwards, so that all swaps are one look-up.
    for number in reversed(range(swaps.shape[1])):
        swap = ops.cast(swaps[:, number, None, None], "int32")  # (batch, 1, 1, 6)
        first, second, size = swap[..., 0:2], swap[..., 2:4], swap[..., 4:6]
        in_first, in_second = _inside(positions, first, size), _inside(positions, second, size)
        shift = ops.cast(in_first, "int32") - ops.cast(in_second, "int32")
        positions = positions + shift * (second - first)  # (batch, H, W, 2)
    return warp(images, ops.cast(positions, "float32"), "nearest")


def _inside(positions: Tensor, corner: Tensor, size: Tensor) -> Tensor:
    """Return (batch, H, W, 1) bool."""
    inside = (positions >= corner) & (positions < corner + size)
    return ops.all(inside, axis=-1, keepdims=True)
