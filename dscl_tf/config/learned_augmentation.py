"""Training of the generators that augment fine-tuning."""

from typing import Literal

from dscl_tf.config.augmentation import Affine, Augmentation
from dscl_tf.config.section import Count, Positive, Weight
from dscl_tf.config.training import Stage


class PretrainAugmentation(Stage):
    """Adversarial training of a generator (Chaitanya et al., IPMI 2019, and their released code).

    `kind`: "deformation" generates fields of displacements that warp image and mask, "intensity"
    masks that are added to the image. Generator and a segmentation network minimise L_segmentation,
    on labelled and on generated pairs, + `adversarial_weight` L_adversarial - `change_weight` times
    the mean absolute displacement (in pixels) or added intensity; a discriminator tells generated
    from unlabelled images. The labelled volumes and the segmentation loss are those of `finetune`.

    From the publication: the objective. From its released code: `noise` (the dimension of z), both
    weights, one learning rate for all three networks, batch and steps, and affine augmentation of
    labelled and unlabelled images. Ours: all networks take their steps at once, from the start (in
    the code the segmentation network is alone for the first 400 steps, at rate 1e-3), and
    L_segmentation reaches the generator through generated images and masks, as the objective is
    written (the code feeds these as constants).
    """

    kind: Literal["deformation", "intensity"] = "deformation"
    noise: Count = 100
    adversarial_weight: Weight = 1.0
    change_weight: Weight = 1e-3
    batch_size: Count = 20
    learning_rate: Positive = 1e-4
    augmentation: Augmentation = Augmentation(affine=Affine())
