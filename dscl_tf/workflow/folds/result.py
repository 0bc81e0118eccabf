"""What the folds come to."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.evaluation.bootstrap import LEVEL, RESAMPLES, row_means
from dscl_tf.evaluation.repeats import Repeats, repeats
from dscl_tf.evaluation.scores import Scores
from dscl_tf.evaluation.tables import defined
from dscl_tf.text import aligned, number
from dscl_tf.workflow.folds.draw import Fold


@dataclass(frozen=True)
class FoldResult:
    """A fold that was trained and evaluated.

    Attributes:
        fold: its volumes.
        run: the directory of the fine-tuned run.
        report: of the evaluation.
        dice: per volume and class.
    """

    fold: Fold
    run: Path
    report: Path
    dice: Scores


@dataclass(frozen=True)
class FoldsResult:
    """All folds.

    Attributes:
        home: the folder of all runs.
        folds: in their order.
        classes: the names of the classes.
        test: whether each fold was evaluated on the same test volumes; else on those left out.
        seed: of the choice of the volumes and of the bootstrap.
    """

    home: Path
    folds: tuple[FoldResult, ...]
    classes: tuple[str, ...]
    test: bool
    seed: int

    def scores(self, name: str | None = None) -> np.ndarray:
        """Return Dice (folds, volumes) of a class, or without a name the mean over classes."""
        volumes = sorted({id for each in self.folds for id in each.dice})
        pick = _mean if name is None else lambda classes: classes[name]
        return np.array([_row(each, volumes, pick) for each in self.folds])

    def statistics(self) -> dict[str, Repeats]:
        """Return the statistics of each class, and of "mean", that over classes."""
        named = {name: repeats(self.scores(name), self.seed) for name in self.classes}
        return {**named, "mean": repeats(self.scores(), self.seed)}

    def to_dict(self) -> dict[str, Any]:
        """Return JSON values; undefined ones are None."""
        means = row_means(self.scores()).tolist()
        folds = [
            {
                **asdict(each.fold),
                "run": str(each.run),
                "report": str(each.report),
                "dice": mean,
                "per_volume": each.dice,
            }
            for each, mean in zip(self.folds, means, strict=True)
        ]
        statistics = {name: asdict(one) for name, one in self.statistics().items()}
        return defined(
            {
                "home": str(self.home),
                "evaluated": "test" if self.test else "left out",
                "statistics": {
                    "mean": statistics.pop("mean"),
                    "classes": statistics,
                    "level": LEVEL,
                    "resamples": RESAMPLES,
                    "seed": self.seed,
                },
                "folds": folds,
            }
        )

    def table(self) -> str:
        """Return the table for the terminal, which volumes trained which fold, and what it says."""
        columns = [*self.classes, None]
        by_fold = np.array([row_means(self.scores(name)) for name in columns])  # (columns, folds)
        lines = [["fold", *self.classes, "mean"]]
        for each, values in zip(self.folds, by_fold.T, strict=True):
            lines.append([str(each.fold.number), *(number(value, 3) for value in values)])
        every = self.statistics().values()
        for title, key in (("mean", "mean"), ("std", "std"), ("from", "low"), ("to", "high")):
            lines.append([title, *(number(getattr(one, key), 3) for one in every)])
        rows = aligned(lines)
        rule = "-" * max(map(len, rows))
        split = 1 + len(self.folds)
        return "\n".join(
            [rows[0], rule, *rows[1:split], rule, *rows[split:], *self._volumes(), self._means()]
        )

    def _volumes(self) -> list[str]:
        return [
            f"fold {one.number}: trained on {', '.join(one.train)}; validated by "
            f"{', '.join(one.validation)}"
            + ("" if self.test else f"; evaluated on {', '.join(one.evaluated)}")
            for one in (each.fold for each in self.folds)
        ]

    def _means(self) -> str:
        which = "the same test volumes" if self.test else "the labelled volumes that it left out"
        return (
            f"Dice of each fold on {which}. std: of the folds' means, divisor folds - 1. from, to: "
            f"{LEVEL:.0%} percentile bootstrap interval of the mean, folds and volumes drawn anew "
            f"{RESAMPLES} times (seed {self.seed})."
        )


def _row(
    each: FoldResult, volumes: list[str], pick: Callable[[dict[str, float]], float]
) -> list[float]:
    return [pick(each.dice[id]) if id in each.dice else float("nan") for id in volumes]


def _mean(classes: dict[str, float]) -> float:
    return float(row_means(np.array([list(classes.values())]))[0])
