"""Applying Gaussian blurs."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor


def apply_blur(images: Tensor, kernels: Tensor) -> Tensor:
    """Blur each image along its rows and columns; beyond an edge lies its nearest pixel.

    Args:
        images: (batch, H, W, channels) float32.
        kernels: (batch, taps) of `draw_blur`.

    Returns:
        (batch, H, W, channels).

    >>> import numpy as np
    >>> images = np.array([0.0, 0, 4, 0, 0], "float32").reshape(1, 1, 5, 1)
    >>> np.asarray(apply_blur(images, np.array([[0.25, 0.5, 0.25]]))).ravel().tolist()
    [0.0, 1.0, 2.0, 1.0, 0.0]
    """
    kernels = ops.cast(kernels, "float32")[:, :, None, None, None]  # (batch, taps, 1, 1, 1)
    taps = kernels.shape[1]
    for axis in (1, 2):
        side = images.shape[axis]
        blurred = 0.0
        for tap in range(taps):
            source = np.clip(np.arange(side) + tap - taps // 2, 0, side - 1)
            blurred = blurred + kernels[:, tap] * ops.take(images, source, axis=axis)
        images = blurred
    return images
