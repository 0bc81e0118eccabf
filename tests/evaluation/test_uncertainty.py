import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.evaluation.uncertainty import (
    mean_right_and_wrong,
    normalised_entropy,
    right_and_wrong,
    uncertainty_line,
)


@pytest.mark.parametrize(
    ("probabilities", "expected"),
    [
        ([0, 1, 0], 0),
        ([1 / 3, 1 / 3, 1 / 3], 1),
        ([0.5, 0.5, 0], np.log(2) / np.log(3)),
        ([0.25, 0.75], 2 - 0.75 * np.log2(3)),
    ],
)
def test_entropy_worked_by_hand(probabilities: list[float], expected: float) -> None:
    assert normalised_entropy(np.array(probabilities, np.float32)) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6).filter(lambda values: sum(values) > 0.1))
def test_entropy_is_in_range_and_blind_to_the_order_of_classes(values: list[float]) -> None:
    probabilities = (np.array(values) / sum(values)).astype(np.float32)
    entropy = normalised_entropy(probabilities)
    assert entropy.dtype == np.float32 and 0 <= entropy <= 1
    assert normalised_entropy(np.sort(probabilities)) == pytest.approx(entropy, abs=1e-5)


def test_right_and_wrong_leave_out_the_background_of_both() -> None:
    prediction, reference = np.array([0, 1, 1, 2, 0]), np.array([0, 1, 1, 1, 2])
    uncertainty = np.array([0.9, 0.1, 0.3, 0.5, 0.7])
    assert right_and_wrong(uncertainty, prediction, reference) == pytest.approx(
        {"right": 0.2, "wrong": 0.6}
    )
    perfect = right_and_wrong(uncertainty, reference, reference)
    assert perfect["right"] == pytest.approx(0.4) and np.isnan(perfect["wrong"])


def test_volumes_without_mistakes_stay_out_of_the_mean() -> None:
    volumes = {"a": {"right": 0.1, "wrong": 0.5}, "b": {"right": 0.3, "wrong": np.nan}}
    mean = mean_right_and_wrong(volumes)
    assert (mean["right"], mean["wrong"]) == (pytest.approx(0.2), 0.5)
    assert mean["per_volume"] == volumes


def test_the_line_says_what_cannot_be_said() -> None:
    line = uncertainty_line({"right": 0.25, "wrong": np.nan})
    assert line.endswith(": 0.250 where they agree, - where they differ")
