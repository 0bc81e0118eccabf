"""Semi-supervised extensions of fine-tuning."""

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from dscl_tf.config.section import Count, Positive, Section, Weight


class SelfTraining(Section):
    """Self-training (Bai et al., MICCAI 2017): pseudo-labels, predicted anew in every round.

    Fine-tuning begins on the labelled volumes alone. At the start of each round the best model so
    far labels the volumes of `splits.unlabelled` that neither train nor validate. During the round,
    half of a batch's images are labelled and half are pseudo-labelled, and the loss is
    L_labelled + `weight` L_pseudo. `finetune.steps` counts all phases, each of which ends at a
    validation.

    The paper's supplement and rebuttal name semi-supervised methods but neither rounds nor weight:
    the defaults are ours. Bai et al. refine the pseudo-labels by a conditional random field, which
    is left out here: a pseudo-label is the most probable class.
    """

    later: ClassVar[frozenset[str]] = frozenset({"stop_on_collapse"})

    rounds: Annotated[int, Field(ge=0)] = 3
    """The number of rounds."""

    steps_per_round: Count | None = None
    """Steps of a round, a multiple of `finetune.validate_every`. With null, the rounds share the
    second half of the steps: pseudo-labels of a model that has hardly learnt do harm."""

    weight: Weight = 1.0
    """The weight of the loss on pseudo-labels."""

    stop_on_collapse: bool = False
    """Whether a run ends when a round's pseudo-labels of a class cover less than half of the pixels
    that those of the first round did; without it the run only says so."""

    def starts(self, steps: int, validate_every: int) -> tuple[int, ...]:
        """Return how many steps are done when each round starts, all multiples of `validate_every`.

        Args:
            steps: of the whole fine-tuning.
            validate_every: steps from one validation to the next.

        Raises:
            ValueError: the labelled phase would be too short for a validation, or a round would
                not end at one.

        >>> SelfTraining(rounds=3).starts(steps=300, validate_every=25)
        (150, 200, 250)
        """
        if not self.rounds:
            return ()
        share = steps // 2 // self.rounds // validate_every * validate_every
        length = self.steps_per_round or share
        first = (steps - self.rounds * length) // validate_every * validate_every
        if length % validate_every:
            raise ValueError(
                "finetune.self_training.steps_per_round: must be a multiple of "
                f"finetune.validate_every ({validate_every}), got {length}"
            )
        if not length or first < validate_every:
            raise ValueError(
                f"finetune.self_training: {self.rounds} rounds and the labelled phase before them "
                f"must each last finetune.validate_every ({validate_every}) steps or more, "
                f"got finetune.steps {steps} and steps_per_round {self.steps_per_round}"
            )
        return tuple(first + number * length for number in range(self.rounds))


class PseudoContrast(Section):
    """Contrast of pixels by class (Chaitanya et al. 2023, arXiv 2112.09645).

    It goes with self-training, as there, or with a mean teacher. Pixels of a class attract the mean
    embeddings of the class in their own and in another image, and the means of other classes repel
    them. Classes are the given ones of labelled images and the pseudo-labels of unlabelled ones: in
    the rounds of `self_training`, or in the second phase of `teacher` what the teacher says, where
    it is sure. A head of two 1x1 convolutions, which is dropped afterwards, embeds the features
    before the logits. The loss is that of self-training or of the teacher + `weight` L_contrast.

    >>> PseudoContrast(weight=0.05).temperature
    0.1
    """

    weight: Weight = 0.1
    """The weight of the contrastive loss."""

    temperature: Positive = 0.1
    """The number that cosines are divided by."""

    size: Count = 16
    """The length of a pixel's embedding."""


class Adversarial(Section):
    """Adversarial training (Zhang et al., MICCAI 2017) on predictions for unlabelled volumes.

    A discriminator sees an image with its predicted probabilities and learns to tell labelled from
    unlabelled images. The segmentation network minimises L + `weight` L_adversarial; L_adversarial
    is low when the discriminator takes unlabelled images for labelled ones. Each step adds a second
    pass with as many unlabelled as labelled images, which does not change the moving statistics of
    batch normalisation.

    The paper's supplement and rebuttal give no settings: the defaults are ours.

    >>> Adversarial(weight=0.02).filters
    (16, 32, 64)
    """

    weight: Weight = 0.01
    """The weight of the adversarial loss."""

    filters: tuple[Count, ...] = (16, 32, 64)
    """Filters of the discriminator's strided convolutions, one or more."""

    learning_rate: Positive = 1e-4
    """The discriminator's learning rate, which follows the stage's schedule."""

    @field_validator("filters")
    @classmethod
    def _at_least_one_convolution(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value:
            raise ValueError("must name the filters of one or more convolutions, got []")
        return value
