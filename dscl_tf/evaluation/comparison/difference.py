"""A mean difference between paired scores, with its interval."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from dscl_tf.evaluation.bootstrap import crossed_interval, row_means

RESAMPLES = 10_000


@dataclass(frozen=True)
class Difference:
    """How the scores of one measure and class differ.

    Attributes:
        measure: "dice" or "hd95".
        name: of the class, or "mean" over classes.
        baseline: the mean over pairs of each baseline run's mean over its volumes.
        candidate: likewise; both over the same pairs and volumes.
        difference: candidate - baseline.
        low: lower end of the 95% bootstrap interval of the difference; NaN of a single score.
        high: upper end, likewise.
        count: how many pairs of scores are compared.
    """

    measure: Literal["dice", "hd95"]
    name: str
    baseline: float
    candidate: float
    difference: float
    low: float
    high: float
    count: int

    @property
    def shown(self) -> bool:
        """Whether the interval excludes 0."""
        return self.low > 0 or self.high < 0


def paired_difference(
    measure: Literal["dice", "hd95"],
    name: str,
    baseline: np.ndarray,
    candidate: np.ndarray,
    seed: int = 1,
) -> Difference:
    """Return the difference of scores (pairs, volumes) and its `crossed_interval`.

    Pairs of runs and volumes are drawn independently of each other. A volume that has no score
    (NaN) in one of a pair takes no part in that pair.

    >>> zero = np.zeros((2, 2))
    >>> found = paired_difference("dice", "mean", zero, zero + [[0.1, 0.3], [0.1, 0.3]])
    >>> round(found.difference, 3), round(found.low, 3), round(found.high, 3), found.shown
    (0.2, 0.1, 0.3, True)
    """
    there = ~np.isnan(baseline) & ~np.isnan(candidate)
    before, after = (np.where(there, scores, np.nan) for scores in (baseline, candidate))
    mean, other = (_mean(row_means(scores)) for scores in (before, after))
    low, high = crossed_interval(after - before, resamples=RESAMPLES, seed=seed)
    return Difference(measure, name, mean, other, other - mean, low, high, int(there.sum()))


def _mean(values: np.ndarray) -> float:
    return float(row_means(values[np.newaxis])[0])
