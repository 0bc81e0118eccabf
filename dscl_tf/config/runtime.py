"""How training executes."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from dscl_tf.config.section import Count, Section


class Runtime(Section):
    """How training executes. Apart from the seed it changes speed and rounding, not the method.

    >>> Runtime(seed=7, report_every=10, checkpoint_every=100).precision
    'float32'
    """

    later: ClassVar[frozenset[str]] = frozenset({"devices", "loggers"})

    seed: Annotated[int, Field(ge=0)] = 1
    """Seed of initial weights, batches and augmentation."""

    precision: Literal["float32", "mixed_bfloat16", "mixed_float16", "auto"] = "float32"
    """Keras's policy for the type in which layers compute; weights and losses are float32. "auto"
    is the fastest that the machine computes natively, settled when a run is made: a run's own
    configuration states it, and resuming keeps it."""

    jit_compile: bool | Literal["auto"] = "auto"
    """Whether XLA compiles the training step. "auto" is Keras's choice: yes, except for TensorFlow
    on a CPU."""

    devices: Count | Literal["all"] = 1
    """How many devices (GPUs) of each process train together, or "all": on JAX alone, each with an
    equal part of every batch. What is trained is the same for any number, up to rounding."""

    report_every: Count = 50
    """Steps from one row of metrics to the next."""

    checkpoint_every: Count = 250
    """Steps from one checkpoint to the next, a multiple of `report_every`."""

    loggers: tuple[Literal["mlflow", "wandb"], ...] = ()
    """Trackers that get the metrics too: MLflow, Weights & Biases. Each is an extra of the
    installation, and is set up by its own environment variables."""

    @model_validator(mode="after")
    def _checkpoints_fall_on_reports(self) -> "Runtime":
        if self.checkpoint_every % self.report_every:
            raise ValueError(
                f"checkpoint_every must be a multiple of report_every ({self.report_every}), "
                f"got {self.checkpoint_every}"
            )
        return self
