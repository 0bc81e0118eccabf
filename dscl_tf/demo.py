"""The whole job on the built-in phantom."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.workflow import Sources, run_workflow
from dscl_tf.workflow.homes import free_home, unfinished_home

SETTINGS = (
    "pretrain_global.steps=200",
    "pretrain_local.steps=100",
    "finetune.steps=400",
    "finetune.teacher={}",
    "finetune.components={}",
)
"""What the demo changes in the phantom: fewer steps of pre-training and, in the time
that this saves, a mean teacher, which gains more; configs/phantom.yaml has the Dice of both."""


@dataclass(frozen=True)
class DemoResult:
    """What the demo made.

    Attributes:
        report: the report of the evaluation, an HTML file.
        saved_model: the directory that TensorFlow Serving loads.
        dice: the mean on the test volumes, in [0, 1].
        minutes: how long it took.
    """

    report: Path
    saved_model: Path
    dice: float
    minutes: float


def run_demo(
    config: Experiment,
    store: Path,
    runs: Path,
    before_training: Callable[[], None] = lambda: None,
) -> DemoResult:
    """Prepare, pre-train globally and locally, fine-tune, evaluate, export.

    Args:
        config: the phantom experiment.
        store: its slice store, made if absent.
        runs: gets a new directory `demo-TIME` that holds the three runs and the SavedModel; or
            holds that of a demo with the same configuration that was interrupted, which goes on.
        before_training: as `run_workflow` has it.
    """
    home = unfinished_home(runs, "demo", config) or free_home(runs, "demo")
    result = run_workflow(config, Sources(store), home, before_training=before_training)
    assert result.report and result.saved_model and result.dice is not None  # all steps were taken
    return DemoResult(result.report, result.saved_model, result.dice, result.minutes)
