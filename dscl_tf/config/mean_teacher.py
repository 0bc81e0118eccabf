"""Fine-tuning with a mean teacher and copy-paste."""

from typing import Literal

from dscl_tf.config.section import Probability, Section, Share, Weight


class MeanTeacher(Section):
    """A mean teacher (Tarvainen and Valpola 2017) with copy-paste (Bai et al., CVPR 2023).

    The teacher's weights are a moving average of the student's, which alone learns by gradients;
    the teacher is what is validated, saved and exported. The first phase sees labelled volumes
    alone. The second starts from the best weights: half of its images are labelled, half are not,
    and the teacher labels the latter; each image then exchanges a rectangle with one of the other
    half, and their masks do the same. That rectangles are exchanged within a partition is ours.

    >>> MeanTeacher(paste="any", threshold=0.5).decay
    0.99
    """

    supervised: Share = 0.5
    """The share of the steps that the first phase lasts, rounded down to a validation."""

    paste_labelled: Probability = 0.5
    """In the first phase, the chance that an image gets a rectangle of another."""

    decay: Probability = 0.99
    """What a step keeps of the teacher's weights; in the first steps of a run it keeps less."""

    weight: Weight = 0.5
    """Weight of the loss on the teacher's labels beside that on the given ones."""

    ramp: Probability = 0.1
    """The share of the second phase in which the weight rises from 0."""

    side: Share = 2 / 3
    """The side of the rectangle, as a share of the image's."""

    paste: Literal["partition", "any", "none"] = "partition"
    """Which images exchange rectangles. "partition": slices of one partition, so at like heights of
    the body; "any": any two; "none": both halves are learnt as they are."""

    large: Probability = 0.2
    """Of a class in an image, the teacher's labels keep the largest connected component and those
    with at least this share of its pixels; the rest becomes background. 0 keeps all."""

    threshold: Probability = 0.0
    """Pixels for which the teacher's highest probability is lower are left out."""

    stop_on_collapse: bool = True
    """Whether a run ends when a class's share of the teacher's labels falls below half of what it
    was at first; without it the run only says so."""

    def start(self, steps: int, validate_every: int) -> int:
        """Return how many steps are done when the second phase starts, whole validations.

        Raises:
            ValueError: one of the phases would have no validation.
        """
        start = round(steps * self.supervised) // validate_every * validate_every
        if not 0 < start < steps:
            raise ValueError(
                "teacher.supervised: both phases must last validate_every "
                f"({validate_every}) steps or more, got {self.supervised} of {steps} steps"
            )
        return start

    def weight_at(self, step: int, start: int, steps: int) -> float:
        """Return the weight of the teacher's labels after `step` steps, in the second phase."""
        rise = self.ramp * (steps - start)
        return self.weight * min(1.0, (step - start) / rise if rise else 1.0)

    def decay_at(self, step: int) -> float:
        """Return the decay after `step` steps: 0 at first, so that the teacher is the student."""
        return min(self.decay, 1 - 1 / (step + 1))
