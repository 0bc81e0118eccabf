"""Dice and cross-entropy together."""

from typing import Any

import keras
from keras import ops

from dscl_tf.losses.contrastive import Tensor, at_least_float32
from dscl_tf.losses.dice import batch_dice_loss


@keras.saving.register_keras_serializable(package="dscl_tf")
class DiceCrossEntropyLoss(keras.losses.Loss):
    """`batch_dice_loss` plus the mean cross-entropy, as nnU-Net (Isensee et al. 2021) adds them.

    Dice alone, image by image, has no gradient for a class that an image lacks: where most slices
    lack most classes, as with small organs, nothing keeps the network from inventing them there.

    Args:
        epsilon: above 0, in the denominator of the Dice score.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.
    """

    def __init__(
        self, epsilon: float = 1e-10, name: str = "dice_cross_entropy", **kwargs: Any
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.epsilon = epsilon

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the scalar loss of targets and logits, (rows, H, W, classes)."""
        logits = at_least_float32(y_pred)
        targets = ops.cast(y_true, logits.dtype)
        dice = batch_dice_loss(ops.softmax(logits, axis=-1), targets, self.epsilon)
        entropy = ops.categorical_crossentropy(targets, logits, from_logits=True)
        return dice + ops.mean(entropy)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
