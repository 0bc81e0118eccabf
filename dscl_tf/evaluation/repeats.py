"""What repeated trainings come to: mean, deviation, and an interval that is honest about both."""

import math
from dataclasses import dataclass

import numpy as np

from dscl_tf.evaluation.bootstrap import crossed_interval, row_means


@dataclass(frozen=True)
class Repeats:
    """The statistics of one score over folds.

    Attributes:
        mean: over folds, of each fold's mean over its volumes.
        std: the sample standard deviation (divisor folds - 1) of the folds' means; NaN of one.
        low: lower end of the bootstrap interval of the mean; NaN of a single score.
        high: upper end, likewise.
    """

    mean: float
    std: float
    low: float
    high: float


def repeats(scores: np.ndarray, seed: int = 1) -> Repeats:
    """Return the statistics of scores (folds, volumes); NaN where a fold has none for a volume.

    A fold without any score takes no part.

    >>> found = repeats(np.array([[0.5, 0.7], [0.7, 0.9]]))
    >>> round(found.mean, 3), round(found.std, 3), round(found.low, 3), round(found.high, 3)
    (0.7, 0.141, 0.5, 0.9)
    """
    folds = row_means(scores)
    folds = folds[~np.isnan(folds)]
    mean = float(folds.mean()) if len(folds) else math.nan
    std = float(folds.std(ddof=1)) if len(folds) > 1 else math.nan
    return Repeats(mean, std, *crossed_interval(scores, seed=seed))
