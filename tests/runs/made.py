"""Run directories of runs that were never trained."""

from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.runs.run import Run


def create(runs: Path, config: Experiment, name: str | None = None, **entries) -> Run:
    """Make a run, by default of fine-tuning, with entries of its record."""
    details = {"store": "stores/tiny", "init": None}
    run = Run.create(runs, name, entries.pop("stage", "finetune"), config, details)
    run.update(**entries)
    return run


def finished(runs: Path, config: Experiment, stage: str, name: str, hour: int, **entries) -> Run:
    """Make a finished run that began at `hour`."""
    record = {"status": "finished", "started": f"2026-01-01 {hour:02d}:00:00", **entries}
    return create(runs, config, name, stage=stage, **record)
