"""Training of the generators that augment fine-tuning."""

from typing import Literal

from dscl_tf.config.augmentation import Affine, Augmentation
from dscl_tf.config.section import Count, Positive, Weight
from dscl_tf.config.training import Stage


class PretrainAugmentation(Stage):
    """Adversarial training of a generator (Chaitanya et al., IPMI 2019, and their released code).

    A generator and a segmentation network minimise L_segmentation, on labelled and on generated
    pairs, + `adversarial_weight` L_adversarial - `change_weight` times the mean absolute
    displacement (in pixels) or added intensity. A discriminator tells generated from unlabelled
    images. The labelled volumes and the segmentation loss are those of `finetune`.

    The objective is that of the publication. From its released code are `noise`, both weights, one
    learning rate for all three networks, batch and steps, and affine augmentation of labelled and
    unlabelled images. Two choices are ours. All networks take their steps at once, from the start;
    in the code the segmentation network is alone for the first 400 steps, at rate 1e-3. And
    L_segmentation reaches the generator through generated images and masks, as the objective is
    written; the code feeds these as constants.

    >>> PretrainAugmentation(kind="intensity").batch_size
    20
    """

    kind: Literal["deformation", "intensity"] = "deformation"
    """What is generated: fields of displacements that warp image and mask, or intensities that are
    added to the image."""

    noise: Count = 100
    """The size of the generator's random input z."""

    adversarial_weight: Weight = 1.0
    """The weight of the adversarial loss."""

    change_weight: Weight = 1e-3
    """The weight of the reward for large changes."""

    batch_size: Count = 20
    """Labelled images per step; as many unlabelled ones are added."""

    learning_rate: Positive = 1e-4
    """Adam's learning rate for all three networks, at the start of the schedule."""

    augmentation: Augmentation = Augmentation(affine=Affine())
    """Random changes of labelled and unlabelled images before the generator."""
