"""The Dice of an evaluation that was written."""

import math
from pathlib import Path

from dscl_tf.readers import Record, read_json
from dscl_tf.workflow.folds.result import Scores


class _Row(Record):
    volume: str
    name: str
    dice: float | None


class _Metrics(Record):
    rows: list[_Row]


def read_scores(folder: Path) -> Scores:
    """Return Dice by volume and class name from the metrics.json in `folder`; NaN if undefined.

    Raises:
        DataError: it is missing or damaged.
    """
    scores: Scores = {}
    for row in read_json(folder / "metrics.json", _Metrics).rows:
        value = math.nan if row.dice is None else row.dice
        scores.setdefault(row.volume, {})[row.name] = value
    return scores
