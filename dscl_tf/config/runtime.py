"""How training executes."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dscl_tf.config.section import Count, Section


class Runtime(Section):
    """How training executes. It changes speed and rounding, not the method.

    `jit_compile`: whether XLA compiles the step; "auto" is Keras's choice, on but for TensorFlow
    on a CPU. `precision`: "auto" is the fastest that the machine computes natively, settled when a
    run is made (see `dscl_tf.runs.precision`). `report_every`, `checkpoint_every`: steps between
    metrics rows, between checkpoints.
    """

    seed: Annotated[int, Field(ge=0)] = 1
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16", "auto"] = "float32"
    jit_compile: bool | Literal["auto"] = "auto"
    report_every: Count = 50
    checkpoint_every: Count = 250

    @model_validator(mode="after")
    def _checkpoints_fall_on_reports(self) -> "Runtime":
        if self.checkpoint_every % self.report_every:
            raise ValueError(
                f"checkpoint_every must be a multiple of report_every ({self.report_every}), "
                f"got {self.checkpoint_every}"
            )
        return self
