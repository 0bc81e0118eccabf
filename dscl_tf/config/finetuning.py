"""Supervised training on few labelled volumes."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import model_validator

from dscl_tf.config.augmentation import Affine, Augmentation, Elastic, Intensity, Mixup
from dscl_tf.config.components import Components
from dscl_tf.config.mean_teacher import MeanTeacher
from dscl_tf.config.section import Count, Positive, Probability
from dscl_tf.config.semi_supervised import Adversarial, PseudoContrast, SelfTraining
from dscl_tf.config.training import Stage
from dscl_tf.config.wide import Wide

KINDS = ("affine", "elastic", "intensity", "wide")  # what `with_augmentation` chooses from


class Finetune(Stage):
    """Supervised training of the whole U-Net on few labelled volumes.

    The semi-supervised extensions `self_training` and `adversarial` can be combined, also with
    `mixup`; `pseudo_contrast` adds to self-training or to the teacher.
    """

    later: ClassVar[frozenset[str]] = frozenset({"components", "pseudo_contrast", "teacher"})

    ntr: Count | Literal["all"] = 1
    """How many labelled volumes train, a key of `splits.labelled`. "all" is the benchmark: every
    volume that the splits label."""

    combination: str = "c1"
    """Which combination of so many labelled volumes trains, a key of `splits.labelled[ntr]`."""

    loss: Literal["dice", "cross_entropy", "dice_cross_entropy"] = "dice"
    """The segmentation loss. "dice" is the paper's, image by image and with the background;
    "dice_cross_entropy" is the sum of the Dice loss of the batch as one image and the cross-entropy
    (nnU-Net, Isensee et al. 2021)."""

    dice_epsilon: Positive = 1e-10
    """What is added to the denominator of the Dice loss."""

    mixup: Mixup | None = None
    """Mixup; null for none. Images are mixed within their part of the batch: labelled,
    pseudo-labelled or unlabelled."""

    self_training: SelfTraining | None = None
    """Self-training on unlabelled volumes; null for none."""

    pseudo_contrast: PseudoContrast | None = None
    """Contrast of pixels by class, given or of pseudo-labels; null for none. It needs
    `self_training` or `teacher`."""

    adversarial: Adversarial | None = None
    """Adversarial training on unlabelled volumes; null for none."""

    teacher: MeanTeacher | None = None
    """A mean teacher that labels unlabelled volumes, with copy-paste; null for none. It goes
    without mixup, self-training, adversarial training and generators."""

    components: Components | None = None
    """Which connected components of predicted masks may be removed; null for none. Fine-tuning
    chooses a rule for each class, which evaluation and prediction then follow."""

    learned_share: Probability = 0.5
    """The chance that a generator of `--generators` changes an image, for each generator."""

    validate_every: Count = 100
    """Steps from one validation to the next, a multiple of `runtime.report_every`. The weights of
    the best validation are kept."""

    augmentation: Augmentation = Augmentation(
        affine=Affine(),
        elastic=Elastic(),
        intensity=Intensity(probability=0.5, brightness=0.1, contrast=(0.8, 1.2), clip=None),
    )
    """Random changes of images and, where they move pixels, of masks."""

    @model_validator(mode="after")
    def _half_a_batch_is_labelled(self) -> "Finetune":
        if self.self_training and self.batch_size % 2:
            raise ValueError(
                "batch_size must be even with self_training (half of the rows are labelled), "
                f"got {self.batch_size}"
            )
        return self

    @model_validator(mode="after")
    def _contrast_has_pseudo_labels(self) -> "Finetune":
        if self.teacher or not self.pseudo_contrast:
            return self
        if not self.self_training or not self.self_training.rounds:
            raise ValueError(
                "pseudo_contrast needs self_training with one round or more, or teacher, which "
                "make the pseudo-labels"
            )
        return self

    @model_validator(mode="after")
    def _teacher_stands_alone(self) -> "Finetune":
        if not self.teacher:
            return self
        for key in ("mixup", "self_training", "adversarial"):
            if getattr(self, key):
                raise ValueError(f"teacher: cannot be combined with {key}, which must be null")
        if self.batch_size % 2:
            raise ValueError(
                "batch_size must be even with teacher (half of the images are labelled), "
                f"got {self.batch_size}"
            )
        self.teacher.start(self.steps, self.validate_every)
        return self

    def with_augmentation(self, kinds: Sequence[str]) -> Augmentation:
        """Return the augmentation with those of `KINDS` that are named.

        A kind that is null here gets the stage's defaults; the crop stays as it is. Where colour
        takes the place of intensity, as for pictures, "intensity" stands for colour.

        >>> Finetune().with_augmentation(["affine"]).elastic is None
        True
        """
        kept = self.augmentation
        defaults = Finetune().augmentation.model_copy(update={"wide": Wide()})
        chosen = {
            kind: (getattr(kept, kind) or getattr(defaults, kind)) if kind in kinds else None
            for kind in KINDS
        }
        if kept.colour:
            chosen |= {"intensity": None, "colour": kept.colour if "intensity" in kinds else None}
        return kept.model_copy(update=chosen)
