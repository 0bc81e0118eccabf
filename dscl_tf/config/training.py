"""What all training has in common."""

from typing import Literal

from dscl_tf.config.augmentation import Augmentation
from dscl_tf.config.section import Count, Positive, Section


class Training(Section):
    """What all training has: Adam with a schedule counted in steps."""

    steps: Count = 10_000
    batch_size: Count = 40
    learning_rate: Positive = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"


class Stage(Training):
    """Training on images that the stage itself says how to augment."""

    augmentation: Augmentation
