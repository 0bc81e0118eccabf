"""Applying noise."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_noise(images: Tensor, noise: Tensor) -> Tensor:
    """Add noise (batch, H, W, 1) of `draw_noise` to images (batch, H, W, channels) float32."""
    return images + ops.cast(noise, "float32")
