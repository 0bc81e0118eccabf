"""Dice and cross-entropy of some of the pixels."""

from keras import ops

from dscl_tf.losses.dice import batch_dice_loss
from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


def masked_dice_cross_entropy(
    logits: Tensor, targets: Tensor, mask: Tensor, epsilon: float = 1e-10
) -> Tensor:
    """Return `DiceCrossEntropyLoss` of the pixels of a mask alone.

    Args:
        logits: (batch, H, W, classes).
        targets: (batch, H, W, classes) one-hot.
        mask: (batch, H, W, 1) bool, the pixels that count.
        epsilon: see `dice_loss`.

    Returns:
        The scalar loss, float32; without a pixel the cross-entropy is 0 and nothing has a gradient.

    >>> import numpy as np
    >>> logits = np.array([[9.0, -9], [9, -9]]).reshape(1, 1, 2, 2)
    >>> targets = np.array([[1, 0], [0, 1]]).reshape(1, 1, 2, 2)  # the second pixel is wrong
    >>> first = np.array([True, False]).reshape(1, 1, 2, 1)
    >>> round(float(masked_dice_cross_entropy(logits, targets, first)), 3)  # class 2 is absent
    0.5
    """
    logits = at_least_float32(logits)
    targets, mask = ops.cast(targets, logits.dtype), ops.cast(mask, logits.dtype)
    probabilities = ops.softmax(logits, axis=-1)
    dice = batch_dice_loss(probabilities * mask, targets * mask, epsilon)
    entropy = ops.categorical_crossentropy(targets, logits, from_logits=True)  # (batch, H, W)
    area = ops.maximum(ops.sum(mask), 1.0)
    return dice + ops.sum(entropy * mask[..., 0]) / area
