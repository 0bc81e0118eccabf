"""Applying random boxes: blanking them out."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor


def blank_box(images: Tensor, boxes: Tensor) -> Tensor:
    """Return images (batch, H, W, channels) that are 0 inside their boxes (batch, 4).

    Example:
        >>> images = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
        >>> np.asarray(blank_box(images, np.array([[0, 1, 1, 2]]))).ravel().tolist()
        [1.0, 0.0, 0.0]
    """
    return ops.where(box_mask(boxes, *images.shape[1:3]), 0.0, images)


def box_mask(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return (batch, H, W, 1) bool, True inside each image's box (batch, 4) of `draw_boxes`.

    Example:
        >>> top_left_height_width = np.array([[0, 1, 1, 2]])
        >>> np.asarray(box_mask(top_left_height_width, 2, 3))[0, ..., 0].astype(int).tolist()
        [[0, 1, 1], [0, 0, 0]]
    """
    top, left, tall, wide = (boxes[:, number, None, None, None] for number in range(4))
    row, column = np.arange(height)[:, None, None], np.arange(width)[:, None]
    return (row >= top) & (row < top + tall) & (column >= left) & (column < left + wide)
