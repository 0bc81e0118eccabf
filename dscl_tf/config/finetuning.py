"""Supervised training on few labelled volumes."""

from collections.abc import Sequence
from typing import Literal

from pydantic import model_validator

from dscl_tf.config.augmentation import Affine, Augmentation, Elastic, Intensity, Mixup
from dscl_tf.config.section import Count, Positive, Probability
from dscl_tf.config.semi_supervised import Adversarial, SelfTraining
from dscl_tf.config.training import Stage

KINDS = ("affine", "elastic", "intensity")  # that `with_augmentation` chooses from


class Finetune(Stage):
    """Supervised training of the whole U-Net on `ntr` labelled volumes.

    `loss`: "dice" is the paper's, image by image and with the background; "dice_cross_entropy" sums
    the Dice of the batch as one image and the cross-entropy (nnU-Net, Isensee et al. 2021).
    `ntr: all` is the benchmark: every volume that the splits label. `mixup`, `self_training` and
    `adversarial` are off when null and combine; with mixup, rows mix within their part of the
    batch (labelled, pseudo-labelled, unlabelled). `learned_share` is the chance that a row is
    changed by a generator of `--generators`, for each.
    """

    ntr: Count | Literal["all"] = 1
    combination: str = "c1"
    loss: Literal["dice", "cross_entropy", "dice_cross_entropy"] = "dice"
    dice_epsilon: Positive = 1e-10
    mixup: Mixup | None = None
    self_training: SelfTraining | None = None
    adversarial: Adversarial | None = None
    learned_share: Probability = 0.5
    validate_every: Count = 100
    augmentation: Augmentation = Augmentation(
        affine=Affine(),
        elastic=Elastic(),
        intensity=Intensity(probability=0.5, brightness=0.1, contrast=(0.8, 1.2), clip=None),
    )

    @model_validator(mode="after")
    def _half_a_batch_is_labelled(self) -> "Finetune":
        if self.self_training and self.batch_size % 2:
            raise ValueError(
                "batch_size must be even with self_training (half of the rows are labelled), "
                f"got {self.batch_size}"
            )
        return self

    def with_augmentation(self, kinds: Sequence[str]) -> Augmentation:
        """Return the augmentation with those of affine, elastic and intensity that are named.

        A kind that is null here comes with the stage's defaults; the crop stays as it is. Where
        colour takes the place of intensity, as for pictures, it goes by the name of intensity.
        """
        kept, defaults = self.augmentation, Finetune().augmentation
        chosen = {
            kind: (getattr(kept, kind) or getattr(defaults, kind)) if kind in kinds else None
            for kind in KINDS
        }
        if kept.colour:
            chosen |= {"intensity": None, "colour": kept.colour if "intensity" in kinds else None}
        return kept.model_copy(update=chosen)
