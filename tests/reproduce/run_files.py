"""The files of a run that the tables are made from."""

from collections.abc import Collection
from pathlib import Path

from dscl_tf.files import write_json

RECORD = {
    "stage": "finetune",
    "experiment": "phantom",
    "status": "running",
    "started": "2026-11-22 10:00:00.000",
}


def write_record(run: Path, **entries: object) -> None:
    """Leave the run.json of a run, by default of one that goes on."""
    write_json(run / "run.json", {**RECORD, **entries})


def write_evaluation(run: Path, volumes: Collection[str], dice: float) -> None:
    """Leave the metrics of an evaluation on the test volumes."""
    rows = [{"volume": volume} for volume in volumes]
    metrics = {"summary": {"dice": {"mean": dice}}, "rows": rows}
    write_json(run / "evaluation-test" / "metrics.json", metrics)
