import keras
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.augment.apply.affine import affine_positions
from dscl_tf.augment.apply.motion import lie_inside, move_places, read_places
from dscl_tf.augment.apply.warp import pixel_grid, warp
from dscl_tf.augment.draw.motion import between, draw_motion
from dscl_tf.config import Motion


def test_places_of_the_image_itself_are_the_affine_map_s() -> None:
    matrices = draw_motion(np.random.default_rng(1), 3, 6, 8, Motion())
    found = move_places(matrices, pixel_grid(6, 8), factor=1)
    np.testing.assert_allclose(found, affine_positions(matrices, 6, 8), atol=1e-4)


def test_a_turn_about_the_image_s_centre_turns_the_map_about_its_own() -> None:
    quarter = np.array([[[0, 1, 0], [-1, 0, 7]]])  # of an image of 8 x 8
    corners = np.array([[0, 0], [0, 3], [3, 3], [3, 0]])  # of a map of 4 x 4
    found = np.asarray(move_places(quarter, corners, factor=2))[0]
    assert np.allclose(found, [[0, 3], [3, 3], [3, 0], [0, 0]])


def slow_read(map_, row: float, column: float):
    top, left = int(np.floor(row)), int(np.floor(column))
    total = 0.0
    for r in (top, top + 1):
        for c in (left, left + 1):
            weight = (1 - abs(row - r)) * (1 - abs(column - c))
            if weight > 0:
                total = total + weight * map_[r, c]
    return total


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2), st.lists(st.tuples(st.floats(0, 3), st.floats(0, 4)), min_size=1))
def test_reading_is_a_slow_reference_s(image: int, places) -> None:
    maps = np.random.default_rng(2).normal(size=(3, 4, 5, 2))
    found = read_places(maps, np.array([image]), np.array([places]))
    expected = [slow_read(maps[image], *place) for place in places]
    np.testing.assert_allclose(found[0], expected, atol=1e-5)


def test_nothing_is_read_of_another_image() -> None:
    maps = np.stack([np.ones((2, 2, 1)), np.full((2, 2, 1), 1e6)])
    places = np.array([[[0, 0], [0.5, 1], [1, 1], [1.5, 0]]])
    assert np.asarray(read_places(maps, np.array([0]), places)).ravel().tolist() == [1] * 4


def test_a_region_that_reads_beyond_an_edge_lies_outside() -> None:
    inside = [[0, 0], [2, 3]]
    beyond = [[[-0.5, 0], [2, 3]], [[0, 0], [2, 3.2]]]
    assert np.asarray(lie_inside(np.array([inside, *beyond]), 3, 4)).tolist() == [
        True,
        False,
        False,
    ]


def test_both_views_show_the_same_at_matched_places() -> None:
    """A smooth image, moved twice: what one view shows at a place, the other shows at its match."""
    row, column = np.meshgrid(np.arange(40.0), np.arange(40.0), indexing="ij")
    image = (np.sin(row / 6) + np.cos(column / 7))[None, ..., None]
    matrices = draw_motion(np.random.default_rng(3), 2, 40, 40, Motion())
    views = warp(np.repeat(image, 2, axis=0), affine_positions(matrices, 40, 40))
    matched = move_places(between(matrices, np.array([[0, 1]])), pixel_grid(40, 40), factor=1)
    in_slice = move_places(matrices[:1], pixel_grid(40, 40), factor=1)
    shown = np.asarray(
        lie_inside(matched[..., None, :], 40, 40) & lie_inside(in_slice[..., None, :], 40, 40)
    )[0]
    other = read_places(views, np.array([1]), keras.ops.reshape(matched, (1, -1, 2)))
    difference = np.asarray(views)[0] - np.asarray(other).reshape(40, 40, 1)
    assert shown.mean() > 0.4
    assert np.abs(difference[shown]).max() < 0.02
