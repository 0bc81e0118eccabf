import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.errors import UsageError
from dscl_tf.evaluation.views import View, Views

FLIPS = st.sampled_from([None, "rows", "columns", "both"])


def stack(*shape: int) -> np.ndarray:
    return np.random.default_rng(len(shape)).random(shape, np.float32)


def test_a_flip_reverses_the_axes_that_it_names() -> None:
    slices = np.array([[[[1], [2]], [[3], [4]]]], np.float32)
    expected = {"rows": [3, 4, 1, 2], "columns": [2, 1, 4, 3], "both": [4, 3, 2, 1]}
    for flip, values in expected.items():
        assert View(flip).apply(slices).ravel().tolist() == values


@pytest.mark.parametrize("flip", [None, "rows", "columns", "both"])
def test_a_flip_comes_back_exactly(flip) -> None:
    slices = stack(2, 5, 4, 3)
    back, weights = View(flip).undo(View(flip).apply(slices))
    np.testing.assert_array_equal(back, slices)
    np.testing.assert_array_equal(weights, np.ones((5, 4)))


def test_a_quarter_turn_of_a_square_is_exact_both_ways() -> None:
    slices = stack(2, 5, 5, 3)
    view = View("rows", 90.0)
    shown = view.apply(slices)
    np.testing.assert_allclose(shown, np.rot90(slices[:, ::-1], axes=(1, 2)), atol=1e-6)
    back, weights = view.undo(shown)
    np.testing.assert_allclose(back, slices, atol=1e-6)
    np.testing.assert_allclose(weights, 1, atol=1e-6)


def test_a_corner_counts_by_the_share_of_it_that_the_view_shows() -> None:
    _, weights = View(degrees=45).undo(np.ones((1, 5, 5, 2), np.float32))
    # Turned to 2 sqrt(2) from the centre; the last pixel lies at 2, and nothing at 3.
    np.testing.assert_allclose(weights[[0, 0, -1, -1], [0, -1, 0, -1]], 3 - 8**0.5, atol=1e-5)
    np.testing.assert_allclose(weights[1:-1, 1:-1], 1, atol=1e-5)
    _, weights = View(degrees=45).undo(np.ones((1, 9, 9, 2), np.float32))
    assert weights[0, 0] == 0  # 4 sqrt(2) is beyond 5


@given(FLIPS, st.floats(0.1, 45), st.sampled_from([1, -1]))
def test_a_rotated_plane_comes_back_where_the_view_shows_it(
    flip, degrees: float, sign: int
) -> None:
    row, column = np.meshgrid(np.arange(15.0), np.arange(13.0), indexing="ij")
    plane = (2 * row - column)[None, ..., None].astype(np.float32)
    view = View(flip, sign * degrees)
    back, weights = view.undo(view.apply(plane))
    inside = np.hypot(row - 7, column - 6) < 4  # neither way reads beyond the edge
    np.testing.assert_allclose(back[0, inside, 0], plane[0, inside, 0], atol=1e-3)
    np.testing.assert_allclose(weights[inside], 1, atol=1e-5)


@given(FLIPS, st.floats(-45, 45))
def test_weights_are_those_of_a_picture_of_ones(flip, degrees: float) -> None:
    back, weights = View(flip, degrees).undo(np.ones((2, 6, 9, 3), np.float32))
    np.testing.assert_allclose(back, np.broadcast_to(weights[..., None], back.shape), atol=1e-6)
    assert weights.min() >= 0 and weights.max() <= 1 + 1e-5


def test_every_flip_is_rotated_both_ways_after_the_slice_as_it_is() -> None:
    views = Views(("columns",), (5.0,))
    assert list(views) == [
        View(),
        View("columns"),
        View(None, 5),
        View("columns", 5),
        View(None, -5),
        View("columns", -5),
    ]


@given(st.sets(FLIPS.filter(bool)), st.sets(st.floats(0.5, 45)))
def test_the_number_of_views_is_their_length(flips: set, rotations: set) -> None:
    views = Views(tuple(flips), tuple(rotations))
    assert len(views) == len(list(views)) == len(set(views))


def test_the_suffix_names_the_views() -> None:
    assert Views().suffix == ""
    assert Views(("rows", "both"), (5.0, 7.5)).suffix == "-flip-rows-flip-both-rotate-5-rotate-7.5"


@pytest.mark.parametrize(
    ("flips", "rotations", "message"),
    [
        (("up",), (), "`flips`: must be one of rows, columns, both, got up"),
        (("rows", "rows"), (), "`flips`: must not repeat a value, got rows, rows"),
        ((), (46.0,), "`rotations`: must be above 0 and at most 45 degrees, got 46"),
        ((), (-5.0,), "`rotations`: must be above 0 and at most 45 degrees, got -5"),
        ((), (float("nan"),), "`rotations`: must be above 0 and at most 45 degrees, got nan"),
        ((), (5.0, 5.0), "`rotations`: must not repeat a value, got 5.0, 5.0"),
    ],
)
def test_flips_and_rotations_that_break_a_rule(flips, rotations, message: str) -> None:
    with pytest.raises(UsageError, match=f"^{message}$"):
        Views(flips, rotations)
