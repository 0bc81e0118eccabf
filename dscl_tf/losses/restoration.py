"""The mean squared error of restored images, on the region that counts."""

from typing import Any

import keras
from keras import ops

from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


def masked_mean_squared_error(restored: Tensor, target: Tensor, mask: Tensor) -> Tensor:
    """Return the mean squared error of each image inside its mask.

    Every image counts alike, however small its mask (Pathak et al. 2016).

    Args:
        restored: (batch, H, W, channels).
        target: (batch, H, W, channels).
        mask: (batch, H, W, 1), 1 or True where an error counts; one pixel of each image or more.

    Returns:
        (batch,) float32 (float64 if `restored` is).

    Example:
        >>> import numpy as np
        >>> restored = np.array([3.0, 8]).reshape(1, 1, 2, 1)
        >>> mask = np.array([1, 0]).reshape(1, 1, 2, 1)  # the second pixel does not count
        >>> float(masked_mean_squared_error(restored, np.zeros((1, 1, 2, 1)), mask)[0])
        9.0
    """
    restored = at_least_float32(restored)
    mask = ops.cast(mask, restored.dtype)
    squares = ops.square(restored - ops.cast(target, restored.dtype)) * mask
    count = ops.sum(mask, axis=(1, 2, 3)) * restored.shape[-1]
    return ops.sum(squares, axis=(1, 2, 3)) / count


@keras.saving.register_keras_serializable(package="dscl_tf")
class RestorationLoss(keras.losses.Loss):
    """Mean of `masked_mean_squared_error` over the images.

    `y_true` is (batch, H, W, channels + 1): the target, and the mask as the last channel. `y_pred`
    is the restored image, (batch, H, W, channels).

    Args:
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Example:
        >>> import numpy as np
        >>> target_and_mask = np.array([[0.0, 1], [0, 0]]).reshape(1, 1, 2, 2)
        >>> restored = np.array([3.0, 8]).reshape(1, 1, 2, 1)
        >>> float(RestorationLoss()(target_and_mask, restored))
        9.0
    """

    def __init__(self, name: str = "restoration", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each image, (batch,)."""
        return masked_mean_squared_error(y_pred, y_true[..., :-1], y_true[..., -1:])
