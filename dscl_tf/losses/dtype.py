"""The precision in which losses are computed."""

import keras
from keras import ops

from dscl_tf.tensor import Tensor


def at_least_float32(values: Tensor) -> Tensor:
    """Cast to float32 unless the values are float64 (which finite differences need).

    Example:
        >>> import numpy as np
        >>> keras.backend.standardize_dtype(at_least_float32(np.zeros(2, "float16")).dtype)
        'float32'
    """
    values = ops.convert_to_tensor(values)
    if keras.backend.standardize_dtype(values.dtype) == "float64":
        return values
    return ops.cast(values, "float32")
