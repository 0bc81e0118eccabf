"""Applying factors of the brightness."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_brightness(images: Tensor, factors: Tensor) -> Tensor:
    """Multiply images (batch, H, W, channels) float32 by `factors` (batch,).

    >>> import numpy as np
    >>> np.asarray(apply_brightness(np.ones((1, 1, 2, 1), "float32"), np.array([2]))).ravel()
    array([2., 2.], dtype=float32)
    """
    return images * ops.cast(factors, "float32")[:, None, None, None]
