"""The reward of a generator for changing much."""

from typing import Any

import keras
from keras import ops

from dscl_tf.losses.contrastive import Tensor, at_least_float32


@keras.saving.register_keras_serializable(package="dscl_tf")
class ChangeLoss(keras.losses.Loss):
    """Minus the mean absolute change, L_LD and L_I of Chaitanya et al., IPMI 2019.

    `y_pred` is the change, (rows, H, W, channels): displacements in pixels, or intensities.
    `y_true`, of the same shape, is not read. The released code takes the mean, as here.
    """

    def __init__(self, name: str = "change", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each image, (rows,) float32 (float64 if `y_pred` is)."""
        return -ops.mean(ops.abs(at_least_float32(y_pred)), axis=(1, 2, 3))
