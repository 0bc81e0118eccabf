"""The soft Dice loss."""

from typing import Any

import keras
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor


def dice_loss(probabilities: Tensor, targets: Tensor, epsilon: float = 1e-10) -> Tensor:
    """Return 1 minus the soft Dice score, averaged over images and classes with the background.

    The score of a class in an image is `2 sum(p t) / (sum(p) + sum(t) + epsilon)`. A class that is
    absent from the target scores 0 wherever any probability is left for it, and so adds its full
    share to the loss; with a tiny epsilon that share has next to no gradient.

    Args:
        probabilities: (batch, H, W, classes) in [0, 1].
        targets: (batch, H, W, classes) one-hot, or soft as mixup makes them.
        epsilon: above 0; keeps the quotient finite where both sums are 0.

    Returns:
        The scalar loss in [0, 1], float32 (float64 if the probabilities are).

    Example:
        >>> import numpy as np
        >>> targets = np.eye(2)[np.array([[[0, 1]]])]  # one image of 1 x 2 pixels, two classes
        >>> round(float(dice_loss(targets, targets)), 4)
        0.0
        >>> round(float(dice_loss(np.full((1, 1, 2, 2), 0.5), targets)), 4)
        0.5
    """
    return ops.mean(dice_per_image(probabilities, targets, epsilon))


def dice_per_image(probabilities: Tensor, targets: Tensor, epsilon: float = 1e-10) -> Tensor:
    """Return `dice_loss` of each image, (batch,)."""
    probabilities = at_least_float32(probabilities)
    targets = ops.cast(targets, probabilities.dtype)
    overlap = ops.sum(probabilities * targets, axis=(1, 2))  # (batch, classes)
    total = ops.sum(probabilities, axis=(1, 2)) + ops.sum(targets, axis=(1, 2))
    return 1 - ops.mean(2 * overlap / (total + epsilon), axis=-1)


def batch_dice_loss(probabilities: Tensor, targets: Tensor, epsilon: float = 1e-10) -> Tensor:
    """Return 1 minus the soft Dice score of all images together, averaged over classes.

    The sums of `dice_loss` run over the images as well (the "batch Dice" of nnU-Net, Isensee et al.
    2021). So a probability left for a class that an image lacks counts against the class, as long
    as another image of the batch has it. Arguments and result are those of `dice_loss`.

    Example:
        >>> import numpy as np
        >>> targets = np.eye(2)[np.array([[[0]], [[1]]])]  # each image lacks one class
        >>> round(float(batch_dice_loss(targets, targets)), 4)
        0.0
        >>> round(float(dice_loss(targets, targets)), 4)
        0.5
    """
    as_one_image = (1, -1, *probabilities.shape[2:])  # (1, batch x H, W, classes)
    return dice_loss(
        ops.reshape(probabilities, as_one_image), ops.reshape(targets, as_one_image), epsilon
    )


@keras.saving.register_keras_serializable(package="dscl_tf")
class DiceLoss(keras.losses.Loss):
    """Soft Dice loss of logits.

    `y_true` are the targets and `y_pred` the logits, both (batch, H, W, classes). The softmax is
    taken here, in float32. See `dice_loss` for the formula.

    Args:
        epsilon: above 0, in the denominator.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Raises:
        UsageError: epsilon is not above 0.

    Example:
        >>> import numpy as np
        >>> targets = np.eye(2)[np.array([[[0, 1]]])]
        >>> round(float(DiceLoss()(targets, 100 * targets)), 4)
        0.0
    """

    def __init__(self, epsilon: float = 1e-10, name: str = "dice", **kwargs: Any) -> None:
        super().__init__(name=name, **kwargs)
        if not epsilon > 0:
            raise UsageError(f"dice_epsilon: must be above 0, got {epsilon}")
        self.epsilon = epsilon

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the loss of each image, (batch,)."""
        probabilities = ops.softmax(at_least_float32(y_pred), axis=-1)
        return dice_per_image(probabilities, y_true, self.epsilon)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {**super().get_config(), "epsilon": self.epsilon}
