"""The scores on the volumes of a split, and what they are called in files and on the terminal."""

import logging
import math
import statistics
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dscl_tf.evaluation.measure import MeasuredVolume
from dscl_tf.evaluation.metrics import VolumeRows
from dscl_tf.evaluation.speed import Speed
from dscl_tf.evaluation.summary import mean_over_classes, summarise
from dscl_tf.evaluation.tables import as_json, text_table
from dscl_tf.evaluation.uncertainty import mean_right_and_wrong
from dscl_tf.progress import TICK, Progress, tell

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evaluation:
    """The scores of a network, or of an ensemble, on some volumes.

    Attributes:
        rows: the metrics per volume and class.
        summary: `summarise` of them; where uncertainty was asked for, `uncertainty` is what
            `mean_right_and_wrong` says of it.
        prediction: how the masks were made: `runs` (paths), `flips` and `rotations`.
        unit: of distances, "mm" of volumes and "px" of pictures.
        directory: holds masks, tables and report; None if nothing was written.
        speed: how fast the volumes were predicted, measured and written; in no file, since these
            are the same whenever they are made.

    Example:
        >>> from dscl_tf.evaluation import ClassMetrics
        >>> rows = [("001", [ClassMetrics(1, "heart", 0.9, 3.0, 1.25, 5.0, 5.0)])]
        >>> scores = Evaluation(rows, summarise(rows), {"runs": ["runs/mine"]})
        >>> scores.dice, scores.report
        (0.9, None)
    """

    rows: VolumeRows
    summary: Mapping[str, Any]
    prediction: Mapping[str, Any]
    unit: str = "mm"
    directory: Path | None = None
    speed: Speed | None = field(default=None, compare=False)

    @property
    def dice(self) -> float:
        """The mean over volumes of their foreground mean Dice; NaN where none has one."""
        return self.summary["dice"]["mean"]

    @property
    def report(self) -> Path | None:
        """The HTML report; None if nothing was written."""
        return self.directory and self.directory / "report.html"

    def table(self) -> str:
        """Return the scores as text, see `text_table`."""
        return text_table(self.rows, self.summary, self.unit)

    def to_dict(self) -> dict[str, Any]:
        """Return what metrics.json holds, see `as_json`."""
        return as_json(self.rows, self.summary, self.unit, self.prediction)


def collect(
    volumes: Iterable[MeasuredVolume], count: int, prediction: Mapping[str, Any], unit: str
) -> Evaluation:
    """Keep the scores of volumes as they come, and log a line for each.

    Args:
        volumes: each is dropped before the next is asked for.
        count: how many there are, for the lines.
        prediction: as in `Evaluation`.
        unit: as in `Evaluation`.
    """
    rows = []
    uncertainties = {}
    start = time.perf_counter()
    scores: list[float] = []
    tell(logger, "evaluating", Progress("evaluate", 0, count, "volumes"), TICK)
    for volume in volumes:
        rows.append((volume.id, volume.metrics))
        if volume.mean_uncertainty is not None:
            uncertainties[volume.id] = volume.mean_uncertainty
        score = mean_over_classes(volume.metrics, "dice")
        if not math.isnan(score):
            scores.append(score)
        values = {"mean Dice": statistics.mean(scores)} if scores else {}
        done = Progress("evaluate", len(rows), count, "volumes", values=values)
        tell(logger, f"{volume.id}: Dice {score:.3f} ({len(rows)}/{count})", done)
        del volume
    speed = Speed(len(rows), time.perf_counter() - start)
    logger.info(speed.line())
    summary = summarise(rows)
    if uncertainties:
        summary["uncertainty"] = mean_right_and_wrong(uncertainties)
    return Evaluation(rows, summary, prediction, unit, speed=speed)
