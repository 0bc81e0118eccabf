"""What repeated trainings come to: mean, deviation, and an interval that is honest about both.

Scores are a table of folds (the trainings) by volumes. Two things are drawn by chance, which
volumes train a fold and which it is measured on; volumes of one fold are not independent of each
other, nor are folds on one volume. So the bootstrap draws whole folds and whole volumes, each with
replacement and independently: the pigeonhole bootstrap (Owen, Annals of Applied Statistics 2007),
whose interval is rather too wide than too narrow.
"""

import math
from dataclasses import dataclass

import numpy as np

LEVEL = 0.95
RESAMPLES = 9999


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
    folds = fold_means(scores)
    folds = folds[~np.isnan(folds)]
    mean = float(folds.mean()) if len(folds) else math.nan
    std = float(folds.std(ddof=1)) if len(folds) > 1 else math.nan
    return Repeats(mean, std, *crossed_interval(scores, seed=seed))


def fold_means(scores: np.ndarray) -> np.ndarray:
    """Return (folds,) the mean over the volumes that have a score; NaN where none has.

    >>> fold_means(np.array([[0.5, np.nan], [0.25, 0.75], [np.nan, np.nan]])).tolist()
    [0.5, 0.5, nan]
    """
    there = ~np.isnan(scores)
    totals, counts = np.where(there, scores, 0).sum(axis=1), there.sum(axis=1)
    return np.divide(totals, counts, out=np.full(len(scores), np.nan), where=counts > 0)


def crossed_interval(
    scores: np.ndarray, *, level: float = LEVEL, resamples: int = RESAMPLES, seed: int = 1
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean over folds of means over volumes.

    Folds and volumes are drawn independently, both with replacement. Of a single fold only volumes
    are drawn, of a single volume only folds.

    Args:
        scores: (folds, volumes), NaN where a fold has no score for a volume.
        level: the share of resamples in the interval, in (0, 1).
        resamples: how many are drawn.
        seed: of the drawing.

    Returns:
        (low, high); NaN of fewer than two scores.

    >>> crossed_interval(np.array([[0.0, 1.0]]), level=0.4)  # 0, 1/2, 1 in the ratio 1 : 2 : 1
    (0.5, 0.5)
    """
    there = ~np.isnan(scores)
    if there.sum() < 2:
        return math.nan, math.nan
    folds, volumes = scores.shape
    rng = np.random.default_rng(seed)
    fold_weights = _times_drawn(rng, resamples, folds)  # (resamples, folds)
    volume_weights = _times_drawn(rng, resamples, volumes)  # (resamples, volumes)
    totals = volume_weights @ np.where(there, scores, 0).T  # (resamples, folds)
    counts = volume_weights @ there.T.astype(np.float64)
    means = np.divide(totals, counts, out=np.zeros_like(totals), where=counts > 0)
    weights = fold_weights * (counts > 0)  # a fold without any of the drawn volumes has no mean
    sums = weights.sum(axis=1)
    drawn = sums > 0
    results = (weights * means).sum(axis=1)[drawn] / sums[drawn]
    tail = 50 * (1 - level)
    low, high = np.percentile(results, [tail, 100 - tail])
    return float(low), float(high)


def _times_drawn(rng: np.random.Generator, resamples: int, count: int) -> np.ndarray:
    """Return (resamples, count), how often each of `count` is drawn in `count` draws."""
    return rng.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)
