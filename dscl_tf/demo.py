"""The whole job on the built-in phantom."""

import logging
import time
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.store import open_store
from dscl_tf.evaluation.evaluate import evaluate
from dscl_tf.export.saved_model import export_run
from dscl_tf.stages.launch import run_stage

logger = logging.getLogger(__name__)


def run_demo(config: Experiment, store: Path, runs: Path) -> dict[str, Path | float]:
    """Prepare, pre-train globally and locally, fine-tune, evaluate, export.

    Args:
        config: the phantom experiment.
        store: its slice store, made if absent.
        runs: gets a new directory `demo-TIME` that holds the three runs and the SavedModel.

    Returns:
        `report` and `saved_model`, paths, `dice`, the mean on the test volumes, and `minutes`.
    """
    started = time.perf_counter()
    opened = open_store(config, store)
    home = runs / f"demo-{time.strftime('%Y%m%d-%H%M%S')}"
    for stage in ("pretrain_global", "pretrain_local", "finetune"):
        logger.info(f"== {stage}")
        run = run_stage(stage, config, opened, home, name=stage)
    logger.info("== evaluate")
    output, _, summary = evaluate([run], run.config, opened, "test")
    logger.info("== export")
    exported = export_run(run, home / "saved_model" / config.name)
    return {
        "report": output / "report.html",
        "saved_model": exported,
        "dice": summary["dice"]["mean"],
        "minutes": (time.perf_counter() - started) / 60,
    }
