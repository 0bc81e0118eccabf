"""Training stages: pre-training, fine-tuning and what they share.

`run_stage` runs or resumes a stage; it imports Keras when it is asked for. `STAGES` declares the
stages, by name.
"""

from typing import TYPE_CHECKING, Any

from dscl_tf.stages.registry import PRETRAINING, STAGES, Stage

if TYPE_CHECKING:
    from dscl_tf.stages.launch import run_stage

__all__ = ["PRETRAINING", "STAGES", "Stage", "run_stage"]


def __getattr__(name: str) -> Any:
    if name != "run_stage":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from dscl_tf.stages.launch import run_stage

    return run_stage
