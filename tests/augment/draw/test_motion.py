import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.augment.draw.motion import between, draw_motion, extreme_motions
from dscl_tf.config import Motion

STILL = {"crop": (1, 1), "shift": 0, "rotation": 0}


def apply(matrix, point):
    return matrix[:, :2] @ point + matrix[:, 2]


def motions(seed: int, count: int = 4) -> np.ndarray:
    return draw_motion(np.random.default_rng(seed), count, 20, 30, Motion(rotation=30))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**16), st.floats(-5, 40), st.floats(-5, 40))
def test_between_two_views_leads_through_the_slice(seed: int, row: float, column: float) -> None:
    first, second = motions(seed, 2)
    (matrix,) = between(np.stack([first, second]), np.array([[0, 1]]))
    point = np.array([row, column])
    np.testing.assert_allclose(apply(second, apply(matrix, point)), apply(first, point), atol=1e-3)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**16))
def test_there_and_back_is_nothing(seed: int) -> None:
    there, back = between(motions(seed, 2), np.array([[0, 1], [1, 0]]))
    assert np.allclose(apply(back, apply(there, np.array([3.0, 7.0]))), [3, 7], atol=1e-3)


@pytest.mark.parametrize(
    ("change", "linear", "shift"),
    [
        ({"shift": 0.25}, np.eye(2), [[5, -5], [7.5, -7.5]]),
        ({"crop": (0.5, 0.5)}, np.eye(2) / 2, [[0, 9.5], [0, 14.5]]),
    ],
)
def test_extremes_by_hand(change, linear, shift) -> None:
    found = extreme_motions(20, 30, Motion(**{**STILL, **change}))
    assert np.allclose(found[:, :, :2], linear)
    for axis in (0, 1):
        assert set(np.round(found[:, axis, 2], 4)) == set(shift[axis])


def test_a_turn_keeps_the_centre_and_goes_as_far_as_it_may() -> None:
    found = extreme_motions(20, 30, Motion(**{**STILL, "rotation": 30}))
    centre = np.array([9.5, 14.5])
    assert all(np.allclose(apply(matrix, centre), centre, atol=1e-4) for matrix in found)
    assert set(np.round(np.abs(found[:, 0, 1]), 6)) == {0.5}  # the sine of 30 degrees


def test_draws_stay_between_the_extremes() -> None:
    choice = Motion(**{**STILL, "shift": 0.1, "crop": (0.8, 0.9)})
    drawn = draw_motion(np.random.default_rng(0), 500, 20, 30, choice)
    ends = extreme_motions(20, 30, choice)
    assert (drawn >= ends.min(axis=0) - 1e-5).all() and (drawn <= ends.max(axis=0) + 1e-5).all()
