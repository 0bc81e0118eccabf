"""The whole job on the built-in phantom."""

import logging
import time
from dataclasses import dataclass
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.store import open_store
from dscl_tf.evaluation.split import evaluate
from dscl_tf.export.run import export_run
from dscl_tf.stages.launch import run_stage

logger = logging.getLogger(__name__)


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


def run_demo(config: Experiment, store: Path, runs: Path) -> DemoResult:
    """Prepare, pre-train globally and locally, fine-tune, evaluate, export.

    Args:
        config: the phantom experiment.
        store: its slice store, made if absent.
        runs: gets a new directory `demo-TIME` that holds the three runs and the SavedModel.
    """
    started = time.perf_counter()
    opened = open_store(config, store)
    home = runs / f"demo-{time.strftime('%Y%m%d-%H%M%S')}"
    for stage in ("pretrain_global", "pretrain_local", "finetune"):
        logger.info(f"== {stage}")
        run = run_stage(stage, config, opened, home, name=stage)
    logger.info("== evaluate")
    evaluation = evaluate([run], run.config, opened, "test")
    logger.info("== export")
    exported = export_run(run, home / "saved_model" / config.name)
    assert evaluation.report is not None  # it was written
    minutes = (time.perf_counter() - started) / 60
    return DemoResult(evaluation.report, exported, evaluation.dice, minutes)
