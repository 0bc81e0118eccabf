import math

import numpy as np
import pytest

from dscl_tf.evaluation.repeats import repeats


def test_mean_and_deviation_are_of_the_means_of_folds() -> None:
    found = repeats(np.array([[0.5, 0.7, np.nan], [0.9, np.nan, np.nan]]))  # means 0.6, 0.9
    assert found.mean == pytest.approx(0.75)
    assert found.std == pytest.approx(0.3 / math.sqrt(2))


def test_one_fold_has_no_deviation_and_one_score_no_interval() -> None:
    one = repeats(np.array([[0.5]]))
    assert one.mean == 0.5 and all(map(math.isnan, (one.std, one.low, one.high)))
    assert all(map(math.isnan, vars(repeats(np.array([[np.nan]]))).values()))


def test_a_fold_without_scores_takes_no_part() -> None:
    whole = np.array([[0.2, 0.4], [0.6, 0.8]])
    more = np.vstack([whole, [np.nan, np.nan]])
    assert repeats(more).mean == pytest.approx(0.5)
    assert repeats(more).std == pytest.approx(repeats(whole).std)
