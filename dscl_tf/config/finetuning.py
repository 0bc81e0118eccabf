"""Supervised training on few labelled volumes."""

from typing import Literal

from dscl_tf.config.augmentation import Affine, Augmentation, Elastic, Intensity, Mixup
from dscl_tf.config.section import Count, Positive, Probability
from dscl_tf.config.training import Stage


class Finetune(Stage):
    """Supervised training of the whole U-Net on `ntr` labelled volumes.

    `learned_share`: the chance that a row is changed by a generator of `--generators`, for each.
    """

    ntr: Count | Literal["all"] = 1
    combination: str = "c1"
    loss: Literal["dice", "cross_entropy"] = "dice"
    dice_epsilon: Positive = 1e-10
    mixup: Mixup | None = None
    learned_share: Probability = 0.5
    validate_every: Count = 100
    augmentation: Augmentation = Augmentation(
        affine=Affine(),
        elastic=Elastic(),
        intensity=Intensity(probability=0.5, brightness=0.1, contrast=(0.8, 1.2), clip=None),
    )
