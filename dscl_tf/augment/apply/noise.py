"""Applying noise."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_noise(images: Tensor, noise: Tensor) -> Tensor:
    """Add noise (batch, H, W, 1) of `draw_noise` to images (batch, H, W, channels) float32.

    >>> import numpy as np
    >>> images, noise = np.ones((1, 1, 2, 1), np.float32), np.array([[[[0.5], [-0.5]]]])
    >>> ops.convert_to_numpy(apply_noise(images, noise)).ravel().tolist()
    [1.5, 0.5]
    """
    return images + ops.cast(noise, "float32")
