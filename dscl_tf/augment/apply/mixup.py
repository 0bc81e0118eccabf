"""Applying mixup (Zhang et al. 2018)."""

import keras
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor


def apply_mixup(values: Tensor, partners: Tensor, weight: Tensor) -> Tensor:
    """Mix the images of a batch: `weight * values[first] + (1 - weight) * values[second]`.

    Args:
        values: (batch, ...) float images or one-hot masks.
        partners: (count, 2) int, the positions in the batch of first and second.
        weight: (count,) in [0, 1].

    Returns:
        (count, ...) of the values' dtype.

    Raises:
        UsageError: the values are integers: labels must be one-hot and floating to be mixed.

    Example:
        >>> import numpy as np
        >>> images = np.array([0.0, 8]).reshape(2, 1, 1, 1)
        >>> mixed = apply_mixup(images, np.array([[0, 1]]), np.array([0.25]))
        >>> np.asarray(mixed).ravel().tolist()
        [6.0]
    """
    values = ops.convert_to_tensor(values)
    dtype = keras.backend.standardize_dtype(values.dtype)
    if "float" not in dtype:
        raise UsageError(f"mixup: values must be floating (labels one-hot), got {dtype}")
    weight = ops.cast(weight, dtype)
    weight = ops.reshape(weight, (-1,) + (1,) * (len(values.shape) - 1))
    first = ops.take(values, partners[:, 0], axis=0)
    second = ops.take(values, partners[:, 1], axis=0)
    return weight * first + (1 - weight) * second
