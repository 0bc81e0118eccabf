"""The interval of a mean over trainings and volumes.

Scores are a table of trainings (or pairs of them) by volumes. Two things are drawn by chance, which
volumes train and which are measured; volumes of one training are not independent of each other, nor
are trainings on one volume. So the bootstrap draws whole rows and whole columns, each with
replacement and independently: the pigeonhole bootstrap (Owen, Annals of Applied Statistics 2007),
whose interval is rather too wide than too narrow.
"""

import math

import numpy as np

LEVEL = 0.95
RESAMPLES = 9999


def row_means(scores: np.ndarray) -> np.ndarray:
    """Return (rows,) the mean over the columns that have a score; NaN where none has.

    >>> row_means(np.array([[0.5, np.nan], [0.25, 0.75], [np.nan, np.nan]])).tolist()
    [0.5, 0.5, nan]
    """
    there = ~np.isnan(scores)
    totals, counts = np.where(there, scores, 0).sum(axis=1), there.sum(axis=1)
    return np.divide(totals, counts, out=np.full(len(scores), np.nan), where=counts > 0)


def crossed_interval(
    scores: np.ndarray, *, level: float = LEVEL, resamples: int = RESAMPLES, seed: int = 1
) -> tuple[float, float]:
    """Return the percentile bootstrap interval of the mean over rows of means over columns.

    Rows and columns are drawn independently, both with replacement. Of a single row only columns
    are drawn, of a single column only rows.

    Args:
        scores: (trainings, volumes), NaN where a training has no score for a volume.
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
    rows, columns = scores.shape
    rng = np.random.default_rng(seed)
    row_weights = _times_drawn(rng, resamples, rows)  # (resamples, rows)
    column_weights = _times_drawn(rng, resamples, columns)  # (resamples, columns)
    totals = column_weights @ np.where(there, scores, 0).T  # (resamples, rows)
    counts = column_weights @ there.T.astype(np.float64)
    means = np.divide(totals, counts, out=np.zeros_like(totals), where=counts > 0)
    weights = row_weights * (counts > 0)  # a row without any of the drawn columns has no mean
    sums = weights.sum(axis=1)
    drawn = sums > 0
    results = (weights * means).sum(axis=1)[drawn] / sums[drawn]
    tail = 50 * (1 - level)
    low, high = np.percentile(results, [tail, 100 - tail])
    return float(low), float(high)


def _times_drawn(rng: np.random.Generator, resamples: int, count: int) -> np.ndarray:
    """Return (resamples, count), how often each of `count` is drawn in `count` draws."""
    return rng.multinomial(count, np.full(count, 1 / count), size=resamples).astype(np.float64)
