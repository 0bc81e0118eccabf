import math

import numpy as np
import pytest

from dscl_tf.evaluation.comparison.difference import paired_difference


def test_it_is_the_mean_of_paired_differences_and_agrees_with_drawing_one_at_a_time() -> None:
    rng = np.random.default_rng(2)
    before = rng.uniform(0.4, 0.8, (3, 10))
    after = before + rng.normal(0.05, 0.1, (3, 10))
    found = paired_difference("dice", "mean", before, after)
    drawn = []
    for _ in range(3000):
        rows, columns = rng.integers(3, size=3), rng.integers(10, size=10)
        drawn.append((after - before)[np.ix_(rows, columns)].mean())
    assert found.difference == pytest.approx((after - before).mean())
    assert (found.low, found.high) == pytest.approx(
        tuple(np.percentile(drawn, [2.5, 97.5])), abs=6e-3
    )


def test_a_score_that_one_of_a_pair_lacks_takes_no_part() -> None:
    before, after = np.array([[0.5, 0.9, np.nan]]), np.array([[0.6, np.nan, 0.1]])
    found = paired_difference("dice", "mean", before, after)
    assert (found.baseline, found.candidate, found.count) == (0.5, 0.6, 1)
    assert math.isnan(found.low) and not found.shown


def test_a_difference_is_shown_where_the_interval_excludes_0() -> None:
    zero = np.zeros((1, 4))
    assert paired_difference("hd95", "mean", zero, zero - [[1, 2, 1, 2]]).shown
    assert not paired_difference("hd95", "mean", zero, zero - [[-1, 1, -2, 2]]).shown
    assert not paired_difference("hd95", "mean", zero, zero).shown
