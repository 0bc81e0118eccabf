"""Applying factors of the brightness."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_brightness(images: Tensor, factors: Tensor) -> Tensor:
    """Multiply images (batch, H, W, channels) float32 by `factors` (batch,)."""
    return images * ops.cast(factors, "float32")[:, None, None, None]
