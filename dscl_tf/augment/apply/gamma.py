"""Applying gamma curves."""

from keras import ops

from dscl_tf.tensor import Tensor

_EPSILON = 1e-7


def apply_gamma(images: Tensor, exponents: Tensor) -> Tensor:
    """Bend the grey values of the negative, then those of the image; keep mean and deviation.

    Args:
        images: (batch, H, W, channels) float32.
        exponents: (batch, 2) of `draw_gamma`, of the negative and of the image.

    Returns:
        (batch, H, W, channels); images whose exponent is 1 keep their bits.

    >>> import numpy as np
    >>> images = np.array([0.0, 1, 2], "float32").reshape(1, 1, 3, 1)
    >>> bent = np.asarray(apply_gamma(images, np.array([[1.0, 2.0]])))  # darker in the middle
    >>> bool(bent[0, 0, 1, 0] < 1), round(float(bent.mean()), 3)
    (True, 1.0)
    """
    exponents = ops.cast(exponents, "float32")[:, None, None, None]  # (batch, 1, 1, 1, 2)
    images = -_bend(-images, exponents[..., 0])
    return _bend(images, exponents[..., 1])


def _bend(images: Tensor, exponents: Tensor) -> Tensor:
    axes = (1, 2, 3)
    low = ops.min(images, axis=axes, keepdims=True)
    span = ops.max(images, axis=axes, keepdims=True) - low
    # Both epsilons matter to flat images only, and to the gradient of a power at 0.
    bent = ops.power(ops.maximum((images - low) / (span + _EPSILON), _EPSILON), exponents)
    mean, deviation = (reduce(images, axis=axes, keepdims=True) for reduce in (ops.mean, ops.std))
    centred = bent - ops.mean(bent, axis=axes, keepdims=True)
    scale = deviation / (ops.std(bent, axis=axes, keepdims=True) + _EPSILON)
    return ops.where(exponents == 1, images, centred * scale + mean)
