"""Applying mixup."""

import keras
from keras import ops

from dscl_tf.augment.apply.warp import Tensor
from dscl_tf.errors import UsageError


def apply_mixup(values: Tensor, partners: Tensor, weight: Tensor) -> Tensor:
    """Mix rows of a batch: `weight * values[first] + (1 - weight) * values[second]`.

    Args:
        values: (batch, ...) float images or one-hot masks.
        partners: (rows, 2) int, the rows first and second.
        weight: (rows,) in [0, 1].

    Returns:
        (rows, ...) of the values' dtype.

    Raises:
        UsageError: the values are integers: labels must be one-hot and floating to be mixed.
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
