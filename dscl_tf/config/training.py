"""What all training has in common."""

from typing import Annotated, Literal

from pydantic import Field

from dscl_tf.config.augmentation import Augmentation
from dscl_tf.config.section import Count, Positive, Section


class Training(Section):
    """What all training has in common: Adam with a schedule counted in steps.

    >>> Training(steps=500, schedule="cosine").learning_rate
    0.001
    """

    steps: Count = 10_000
    """The number of training steps."""

    batch_size: Count = 40
    """Images through the network in each step."""

    learning_rate: Positive = 1e-3
    """Adam's learning rate, at the start of the schedule."""

    schedule: Literal["constant", "cosine"] = "constant"
    """Whether the learning rate stays constant or falls to 0 along half a cosine."""


class Stage(Training):
    """Training with an augmentation of its own.

    >>> from dscl_tf.config import Elastic
    >>> Stage(augmentation=Augmentation(elastic=Elastic())).augmentation.elastic.sigma
    5.0
    """

    augmentation: Augmentation
    """Random changes of images."""


class Watched(Training):
    """Training that is measured on a fixed set of slices as it goes on.

    >>> Watched(health_every=0).steps  # measures nothing
    10000
    """

    health_every: Annotated[int, Field(ge=0)] | None = 200
    """Steps from one measurement to the next, a multiple of `runtime.report_every`; 0 or null
    measures nothing and draws no figures."""
