"""Dice and cross-entropy together."""

from typing import Any

import keras
from keras import ops

from dscl_tf.losses.dice import batch_dice_loss
from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


@keras.saving.register_keras_serializable(package="dscl_tf")
class DiceCrossEntropyLoss(keras.losses.Loss):
    """`batch_dice_loss` plus the mean cross-entropy, as nnU-Net (Isensee et al. 2021) adds them.

    Dice alone, image by image, has no gradient for a class that an image lacks: where most slices
    lack most classes, as with small organs, nothing keeps the network from inventing them there.
    `y_true` are the targets and `y_pred` the logits, both (batch, H, W, classes).

    Args:
        epsilon: above 0, in the denominator of the Dice score.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Example:
        >>> import numpy as np
        >>> targets = np.eye(2)[np.array([[[0, 1]]])]
        >>> loss = DiceCrossEntropyLoss()(targets, np.zeros_like(targets))
        >>> round(float(loss), 4)  # 0.5 + log(2)
        1.1931
    """

    def __init__(
        self, epsilon: float = 1e-10, name: str = "dice_cross_entropy", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.epsilon = epsilon

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the scalar loss."""
        logits = at_least_float32(y_pred)
        targets = ops.cast(y_true, logits.dtype)
        logarithms = ops.log_softmax(logits, axis=-1)  # of the probabilities
        dice = batch_dice_loss(ops.exp(logarithms), targets, self.epsilon)
        entropy = -ops.sum(targets * logarithms, axis=-1)  # (batch, H, W)
        return dice + ops.mean(entropy)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
