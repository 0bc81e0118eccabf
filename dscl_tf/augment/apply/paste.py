"""Applying copy-paste."""

from keras import ops

from dscl_tf.augment.apply.box import box_mask
from dscl_tf.tensor import Tensor


def paste(values: Tensor, others: Tensor, boxes: Tensor) -> Tensor:
    """Return `values` with what `others` show inside the boxes.

    Args:
        values: (batch, H, W, channels).
        others: as `values`.
        boxes: (batch, 4) of `draw_paste`.

    >>> import numpy as np
    >>> zeros, ones = np.zeros((1, 1, 4, 1)), np.ones((1, 1, 4, 1))
    >>> np.asarray(paste(zeros, ones, np.array([[0, 1, 1, 2]]))).ravel().tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    height, width = values.shape[1:3]
    return ops.where(box_mask(boxes, height, width), others, values)
