"""The training curve: metrics.csv, the same scalars for TensorBoard, and a line on the terminal."""

import csv
import io
import logging
from collections.abc import Mapping
from pathlib import Path

from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write
from dscl_tf.progress import Progress, tell
from dscl_tf.readers import read_text

logger = logging.getLogger(__name__)

Row = dict[str, float | None]

SHOWN = (
    ("cosine_margin", "margin"),
    ("loss_of_chance", "of chance"),
    ("partition_retrieval", "retrieval"),
    ("rotation_accuracy", "accuracy"),
    ("restoration_error", "error"),
)
COLUMNS = ("step", "loss", "learning_rate", "seconds_per_step", "validation_dice")


class MetricsLog:
    """One row per report; the file is written anew each time, so that a kill leaves it whole.

    ::

        log = MetricsLog(run.path, total_steps=10_000)
        log.add({"step": 100, "loss": 0.7, "learning_rate": 1e-3, "seconds_per_step": 0.2})

    Attributes:
        path: metrics.csv.
        rows: what it holds.
    """

    def __init__(
        self,
        directory: Path,
        total_steps: int,
        work: str = "training",
        classes: Mapping[int, str] | None = None,
        writes: bool = True,
    ) -> None:
        """Log into `directory` the reports of a run of `total_steps`, or keep them if not `writes`.

        `work` is what a display calls it, `classes` what it calls the classes by number.

        Of several processes that train a run together one writes.
        """
        self.path = directory / "metrics.csv"
        self.total_steps = total_steps
        self.work, self.classes = work, classes or {}
        self.rows: list[Row] = []
        self.writes = writes
        if writes:
            from tensorboard.summary import Writer

            self.writer = Writer(str(directory / "tensorboard"))

    def resume(self, step: int) -> None:
        """Go on from what an interrupted run logged, without the rows after `step`."""
        self.rows = [row for row in read_metrics(self.path) if (row["step"] or 0) <= step]

    def add(self, row: Row) -> None:
        """Append a row and log a line about it.

        Args:
            row: the keys of `COLUMNS` and any others; None where there is no value.
        """
        self.rows.append(row)
        if not self.writes:
            return
        others = dict.fromkeys(name for each in self.rows for name in each if name not in COLUMNS)
        with atomic_write(self.path, "w") as file:
            writer = csv.DictWriter(file, [*COLUMNS, *others], restval="")
            writer.writeheader()
            writer.writerows(self.rows)
        step = int(row["step"] or 0)
        for name, value in row.items():
            if name != "step" and value is not None:
                self.writer.add_scalar(name, value, step)
        self.writer.flush()
        progress = Progress(self.work, step, self.total_steps, values=self._values(row))
        tell(logger, self._line(row), progress)

    def _values(self, row: Row) -> dict[str, float]:
        """Return what a display shows of a row, by the names that people read."""
        names = {"loss": "loss", **dict(SHOWN), "validation_dice": "validation Dice"}
        names |= {f"validation_dice_{label}": name for label, name in self.classes.items()}
        measured = {shown: row.get(name) for name, shown in names.items()}
        return {shown: value for shown, value in measured.items() if value is not None}

    def _line(self, row: Row) -> str:
        step, pace = int(row["step"] or 0), row["seconds_per_step"] or 0.0
        minutes = (self.total_steps - step) * pace / 60
        line = f"step {step}/{self.total_steps}  loss {row['loss']:.4f}  {pace:.3f} s/step"
        if row.get("validation_dice") is not None:
            line += f"  validation Dice {row['validation_dice']:.3f}{_of_classes(row)}"
        for name, label in SHOWN:
            if row.get(name) is not None:
                line += f"  {label} {row[name]:.3f}"
        return f"{line}  {minutes:.1f} min left"


def _of_classes(row: Row) -> str:
    """Return the validation Dice of the classes 1, 2, ... in brackets, nothing if there is none."""
    scores = [row[name] for name in row if name.startswith("validation_dice_")]
    shown = ["-" if score is None else f"{score:.2f}" for score in scores]
    return f" ({' '.join(shown)})" if shown else ""


def read_metrics(path: Path) -> list[Row]:
    """Read metrics.csv; an empty cell is None. A missing file has no rows.

    ::

        [row["loss"] for row in read_metrics(run.path / "metrics.csv")]

    Args:
        path: the file.

    Raises:
        DataError: it cannot be read, or a cell is no number.
    """
    if not path.is_file():
        return []
    text = read_text(path)
    try:
        rows = [
            {name: float(cell) if cell else None for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(text, newline=""))
        ]
    except (ValueError, TypeError, csv.Error) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    if any("step" not in row for row in rows):
        raise DataError(f"{path}: must have a column step, got {', '.join(map(str, rows[0])):.80}")
    return rows
