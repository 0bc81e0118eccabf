"""The loss of fine-tuning, by its configuration."""

import keras

from dscl_tf.config import Finetune
from dscl_tf.losses import DiceCrossEntropyLoss, DiceLoss


def segmentation_loss(settings: Finetune) -> keras.losses.Loss:
    """Return the loss of one-hot masks and logits, both (batch, H, W, classes).

    >>> segmentation_loss(Finetune(loss="dice_cross_entropy")).__class__.__name__
    'DiceCrossEntropyLoss'
    """
    if settings.loss == "cross_entropy":
        return keras.losses.CategoricalCrossentropy(from_logits=True)
    kind = DiceLoss if settings.loss == "dice" else DiceCrossEntropyLoss
    return kind(settings.dice_epsilon)
