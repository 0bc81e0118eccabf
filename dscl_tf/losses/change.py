"""The reward of a generator for changing much."""

from typing import Any

import keras
from keras import ops

from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


@keras.saving.register_keras_serializable(package="dscl_tf")
class ChangeLoss(keras.losses.Loss):
    """Minus the mean absolute change, L_LD and L_I of Chaitanya et al., IPMI 2019.

    `y_pred` is the change, (batch, H, W, channels): displacements in pixels, or intensities.
    `y_true`, of the same shape, is not read. The released code takes the mean, as here.

    Args:
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Example:
        >>> import numpy as np
        >>> displacements = np.full((1, 2, 2, 2), -3.0, "float32")
        >>> float(ChangeLoss()(np.zeros_like(displacements), displacements))
        -3.0
    """

    def __init__(self, name: str = "change", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each image, (batch,) float32 (float64 if `y_pred` is)."""
        return -ops.mean(ops.abs(at_least_float32(y_pred)), axis=(1, 2, 3))
