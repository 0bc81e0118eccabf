"""How far a planned run is, read from its directory."""

from collections.abc import Collection
from pathlib import Path

from pydantic import ConfigDict

from dscl_tf.evaluation.scores import evaluation_folder
from dscl_tf.readers import Record, read_json
from dscl_tf.runs.run import Run


class MetricsRow(Record):
    """A row of metrics.json."""

    volume: str


class Scores(Record):
    """A metric over all rows: NaN where no row has it."""

    model_config = ConfigDict(allow_inf_nan=True)
    mean: float | None


class Summary(Record):
    """The metrics of all volumes."""

    dice: Scores


class Metrics(Record):
    """What is read of metrics.json."""

    summary: Summary
    rows: tuple[MetricsRow, ...]


def open_started(directory: Path) -> Run | None:
    """Return the run in a directory, None where none has begun.

    Raises:
        DataError: its run.json is damaged.
    """
    return Run.open(directory) if (directory / "run.json").is_file() else None


def is_finished(directory: Path) -> bool:
    """Return whether a directory holds a finished run.

    Raises:
        DataError: its run.json is damaged.
    """
    run = open_started(directory)
    return run is not None and run.finished


def dice_on_test(directory: Path, volumes: Collection[str]) -> float | None:
    """Return the mean Dice of a run that was evaluated on just these test volumes, else None.

    Raises:
        DataError: the file of its evaluation is damaged.
    """
    path = evaluation_folder(directory, "test") / "metrics.json"
    if not path.is_file():
        return None
    metrics = read_json(path, Metrics, "must be the metrics that evaluation writes")
    if {row.volume for row in metrics.rows} != set(volumes):
        return None
    return metrics.summary.dice.mean
