"""The whole job on the built-in phantom."""

import time
from collections.abc import Callable
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.prepare import open_store
from dscl_tf.evaluation.evaluate import evaluate
from dscl_tf.export import export_run
from dscl_tf.stages.launch import run_stage


def run_demo(
    config: Experiment, store: Path, runs: Path, progress: Callable[[str], None]
) -> dict[str, Path | float]:
    """Prepare, pre-train globally and locally, fine-tune, evaluate, export.

    Args:
        config: the phantom experiment.
        store: its slice store, made if absent.
        runs: gets a new directory `demo-TIME` that holds the three runs and the SavedModel.
        progress: receives lines for the terminal.

    Returns:
        `report` and `saved_model`, paths, `dice`, the mean on the test volumes, and `minutes`.
    """
    started = time.perf_counter()
    opened = open_store(config, store, progress)
    home = runs / f"demo-{time.strftime('%Y%m%d-%H%M%S')}"
    for stage in ("pretrain_global", "pretrain_local", "finetune"):
        progress(f"== {stage}")
        run = run_stage(stage, config, opened, home, name=stage, progress=progress)
    progress("== evaluate")
    output, _, summary = evaluate([run], run.config, opened, "test", progress)
    progress("== export")
    exported = export_run(run, home / "saved_model" / config.name)
    return {
        "report": output / "report.html",
        "saved_model": exported,
        "dice": summary["dice"]["mean"],
        "minutes": (time.perf_counter() - started) / 60,
    }
