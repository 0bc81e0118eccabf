"""The optimiser of a stage: Adam, at a constant rate or on a schedule."""

from typing import Any

import keras

from dscl_tf.config import Training
from dscl_tf.stages.fused_adam import FusedAdam


def adam(settings: Training) -> keras.optimizers.Optimizer:
    """Return the optimiser that a stage trains with unless it brings another."""
    return FusedAdam(scheduled_rate(settings))


def scheduled_rate(settings: Training) -> Any:
    """Return the learning rate as optimisers take it: a number, or the stage's schedule.

    >>> scheduled_rate(Training(learning_rate=0.01))
    0.01
    >>> rate = scheduled_rate(Training(learning_rate=0.01, schedule="cosine", steps=100))
    >>> f"{float(rate(50)):.3f}"
    '0.005'
    """
    if settings.schedule == "cosine":
        return keras.optimizers.schedules.CosineDecay(settings.learning_rate, settings.steps)
    return settings.learning_rate
