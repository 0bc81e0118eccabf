"""The loss of fine-tuning, by its configuration."""

import keras

from dscl_tf.config import Finetune
from dscl_tf.losses import DiceCrossEntropyLoss, DiceLoss


def segmentation_loss(settings: Finetune) -> keras.losses.Loss:
    """Return the loss of masks and logits, (rows, H, W, classes)."""
    if settings.loss == "cross_entropy":
        return keras.losses.CategoricalCrossentropy(from_logits=True)
    kind = DiceLoss if settings.loss == "dice" else DiceCrossEntropyLoss
    return kind(settings.dice_epsilon)
