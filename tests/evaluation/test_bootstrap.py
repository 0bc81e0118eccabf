import numpy as np
import pytest
from scipy.stats import bootstrap

from dscl_tf.evaluation.bootstrap import crossed_interval, row_means


@pytest.mark.parametrize("shape", [(1, 20), (20, 1)])
def test_where_one_side_alone_varies_it_is_the_percentile_bootstrap(shape) -> None:
    scores = np.random.default_rng(3).uniform(0.4, 0.9, 20)
    low, high = crossed_interval(scores.reshape(shape), resamples=20000)
    options = {"method": "percentile", "n_resamples": 20000}
    theirs = bootstrap((scores,), np.mean, rng=np.random.default_rng(1), **options)
    expected = theirs.confidence_interval
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.004)


def test_equal_rows_add_nothing_to_the_interval() -> None:
    volumes = np.random.default_rng(3).uniform(0.4, 0.9, 12)
    low, high = crossed_interval(np.tile(volumes, (6, 1)))
    theirs = bootstrap((volumes,), np.mean, method="percentile", rng=np.random.default_rng(1))
    expected = theirs.confidence_interval
    assert (low, high) == pytest.approx((expected.low, expected.high), abs=0.006)


def test_both_sides_by_hand() -> None:
    # A mean is row (0, 1/2 or 1, as 1 : 2 : 1) times column likewise: zero in 7 of 16 cases,
    # 1/4 in 4, 1/2 in 4, 1 in 1. So 0.4375 of the mass is 0, and 0.9375 at most 1/2.
    corner = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert crossed_interval(corner, level=0.2) == (0.0, 0.25)  # the 40th and 60th percentile
    assert crossed_interval(corner, level=0.8) == (0.0, 0.5)  # the 10th and 90th
    assert crossed_interval(corner, level=0.95) == (0.0, 1.0)


def test_it_agrees_with_drawing_one_at_a_time_where_scores_are_missing() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(size=(4, 5))
    scores[[0, 1, 2, 3], [0, 1, 2, 3]] = np.nan
    drawn = []
    for _ in range(4000):
        rows, columns = rng.integers(4, size=4), rng.integers(5, size=5)
        drawn.append(np.nanmean(row_means(scores[rows][:, columns])))
    expected = np.nanpercentile(drawn, [2.5, 97.5])
    assert crossed_interval(scores) == pytest.approx(tuple(expected), abs=0.02)


def test_the_same_seed_gives_the_same_interval() -> None:
    scores = np.random.default_rng(0).uniform(size=(3, 4))
    assert crossed_interval(scores, seed=5) == crossed_interval(scores, seed=5)
    assert crossed_interval(scores, seed=5) != crossed_interval(scores, seed=6)
