"""Applying losses of resolution."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor


def apply_low_resolution(images: Tensor, shares: Tensor) -> Tensor:
    """Read each image at fewer pixels, each the nearest one, and enlarge these linearly.

    Args:
        images: (batch, H, W, channels) float32.
        shares: (batch,) of `draw_low_resolution`, of the pixels per side; 1 changes nothing.

    Returns:
        (batch, H, W, channels).

    >>> import numpy as np
    >>> images = np.array([0.0, 1, 2, 3], "float32").reshape(1, 1, 4, 1)
    >>> np.asarray(apply_low_resolution(images, np.array([0.5]))).ravel().tolist()
    [1.0, 1.5, 2.5, 3.0]
    """
    height, width = images.shape[1:3]
    shares = ops.cast(shares, "float32")
    images = ops.einsum("bhr,brwc->bhwc", _weights(height, shares), images)
    return ops.einsum("bwr,bhrc->bhwc", _weights(width, shares), images)


def _weights(side: int, shares: Tensor) -> Tensor:
    """Return (batch, side, side): what each output pixel takes of each input pixel."""
    kept = ops.maximum(ops.floor(shares * side + 0.5), 1.0)[:, None]  # (batch, 1) pixels
    # Pixels are areas: the middle of pixel i lies at i + 1/2.
    at = (np.arange(side, dtype="float32") + 0.5) * kept / side - 0.5  # (batch, side)
    below = ops.floor(at)
    share = (at - below)[..., None]  # (batch, side, 1), of the pixel above

    def source(pixel: Tensor) -> Tensor:
        middle = (ops.clip(pixel, 0.0, kept - 1) + 0.5) * side / kept
        return ops.one_hot(ops.cast(ops.floor(middle), "int32"), side, dtype="float32")

    return (1 - share) * source(below) + share * source(below + 1)
