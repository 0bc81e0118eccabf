"""What training minimises: an objective, and the phases of a training that has several."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import keras

from dscl_tf.data.samplers.batches import Batches
from dscl_tf.models.augmented import AugmentedModel

Losses: TypeAlias = keras.losses.Loss | Mapping[str, keras.losses.Loss]
"""One loss, or one for each named output of the model."""


@dataclass(frozen=True)
class Objective:
    """What steps minimise, and on which batches.

    Attributes:
        model: augments a batch and applies the network that is trained.
        loss: one loss, or one for each named output. Single losses are logged as `loss_OUTPUT`,
            without their weights.
        batches: gives the batch of any step.
        loss_weights: by output, what the losses are multiplied by before they are summed; 1 where
            nothing is said.
    """

    model: AugmentedModel
    loss: Losses
    batches: Batches
    loss_weights: Mapping[str, float] | None = None


@dataclass(frozen=True)
class Phase:
    """A part of a training, which has an objective of its own.

    All phases of a training share networks and optimiser.

    Attributes:
        start: how many steps are done when it begins, a multiple of `runtime.report_every`; 0 for
            the first.
        objective: makes the objective when it is needed. It is given how many steps are done:
            `start`, or more where a run is resumed in the middle of the phase.
    """

    start: int
    objective: Callable[[int], Objective]


def one_phase(objective: Objective) -> list[Phase]:
    """Return the phases of a training that has one objective from its start to its end."""
    return [Phase(0, lambda done: objective)]
