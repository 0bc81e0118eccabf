"""The scores of an evaluation that was written."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from dscl_tf.readers import Record, read_json

Scores = dict[str, dict[str, float]]
"""A measure by volume and by class name; NaN where the absent-class rule leaves it undefined."""


@dataclass(frozen=True)
class WrittenScores:
    """What the metrics.json of an evaluation holds per volume and class.

    Attributes:
        dice: Dice, in [0, 1].
        hd95: HD95, in `unit`.
        unit: "mm", or "px" of pictures.
    """

    dice: Scores
    hd95: Scores
    unit: Literal["mm", "px"]


class _Row(Record):
    volume: str
    name: str
    dice: float | None
    hd95_mm: float | None = None
    hd95_px: float | None = None


class _Metrics(Record):
    rows: Annotated[list[_Row], Field(min_length=1)]


def evaluation_folder(run: Path, split: str, suffix: str = "") -> Path:
    """Return where the evaluation of a run on a split lies; `suffix` tells it from others.

    >>> evaluation_folder(Path("runs/mine"), "test").as_posix()
    'runs/mine/evaluation-test'
    """
    return run / f"evaluation-{split}{suffix}"


def read_scores(folder: Path) -> WrittenScores:
    """Return the scores in the metrics.json of `folder`.

    Raises:
        DataError: it is missing or damaged, or holds no scores.
    """
    rows = read_json(folder / "metrics.json", _Metrics).rows
    dice: Scores = {}
    hd95: Scores = {}
    for row in rows:
        distance = row.hd95_mm if row.hd95_px is None else row.hd95_px
        dice.setdefault(row.volume, {})[row.name] = math.nan if row.dice is None else row.dice
        hd95.setdefault(row.volume, {})[row.name] = math.nan if distance is None else distance
    in_pixels = any("hd95_px" in row.model_fields_set for row in rows)
    return WrittenScores(dice, hd95, "px" if in_pixels else "mm")
