"""Applying factors of the contrast."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_contrast(images: Tensor, factors: Tensor) -> Tensor:
    """Scale each image about its mean, within its own lowest and highest value (as nnU-Net does).

    Args:
        images: (batch, H, W, channels) float32.
        factors: (batch,) of `draw_contrast`.

    Returns:
        (batch, H, W, channels).

    >>> import numpy as np
    >>> images = np.array([0.0, 4], "float32").reshape(1, 1, 2, 1)
    >>> np.asarray(apply_contrast(images, np.array([0.5]))).ravel().tolist()
    [1.0, 3.0]
    """
    factors = ops.cast(factors, "float32")[:, None, None, None]
    low, high, mean = (
        reduce(images, axis=(1, 2, 3), keepdims=True) for reduce in (ops.min, ops.max, ops.mean)
    )
    # Written as a change, so that a factor of 1 leaves the values as they are.
    changed = images + (factors - 1) * (images - mean)
    return ops.minimum(ops.maximum(changed, low), high)
