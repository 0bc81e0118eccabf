"""Applying random boxes: blanking them out."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.warp import Tensor


def blank_box(images: Tensor, boxes: Tensor) -> Tensor:
    """Return images (batch, H, W, channels) that are 0 inside their boxes (batch, 4)."""
    return ops.where(box_mask(boxes, *images.shape[1:3]), 0.0, images)


def box_mask(boxes: Tensor, height: int, width: int) -> Tensor:
    """Return (rows, H, W, 1) bool, True inside each image's box (rows, 4) of `draw_boxes`."""
    top, left, tall, wide = (boxes[:, number, None, None, None] for number in range(4))
    row, column = np.arange(height)[:, None, None], np.arange(width)[:, None]
    return (row >= top) & (row < top + tall) & (column >= left) & (column < left + wide)
