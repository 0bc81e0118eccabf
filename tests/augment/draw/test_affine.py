import numpy as np
import pytest

from dscl_tf.augment.draw.affine import about_centre, compose, draw_affine, rotation
from dscl_tf.config import Affine

HEIGHT, WIDTH = 11, 21
CENTRE = np.array([5.0, 10.0, 1.0])


def draw(*choices: str, count: int = 200, **options) -> np.ndarray:
    settings = Affine(choices=choices, **options) if choices else Affine(**options)
    return draw_affine(np.random.default_rng(0), count, HEIGHT, WIDTH, settings)


def test_centre_stays_in_place():
    np.testing.assert_allclose(draw() @ CENTRE, np.tile(CENTRE[:2], (200, 1)), atol=1e-5)


def test_none_is_the_identity():
    np.testing.assert_array_equal(draw("none"), np.tile(np.eye(2, 3), (200, 1, 1)))


def test_flip_is_left_right():
    expected = [[1, 0, 0], [0, -1, WIDTH - 1]]
    np.testing.assert_array_equal(draw("flip"), np.tile(expected, (200, 1, 1)))


def test_rotations_fill_the_range():
    matrix = draw("rotate", rotation=15)
    angles = np.degrees(np.arctan2(matrix[:, 0, 1], matrix[:, 0, 0]))
    np.testing.assert_allclose(np.linalg.det(matrix[:, :, :2]), 1, rtol=1e-6)
    assert -15 <= angles.min() < -13
    assert 13 < angles.max() <= 15


def test_scales_fill_the_range_and_enlarge_above_one():
    matrix = draw("scale", scale=(0.5, 2.0))
    np.testing.assert_array_equal(matrix[:, 0, 0], matrix[:, 1, 1])
    scales = 1 / matrix[:, 0, 0]
    assert 0.5 <= scales.min() < 0.6
    assert 1.9 < scales.max() <= 2.0


def test_rotate45_takes_all_eight_multiples():
    matrix = draw("rotate45")
    angles = np.degrees(np.arctan2(matrix[:, 0, 1], matrix[:, 0, 0])).round(3) % 360
    assert sorted(set(angles.tolist())) == [0, 45, 90, 135, 180, 225, 270, 315]


def test_every_choice_is_drawn():
    matrix = draw("flip", "none", "scale", scale=(2.0, 2.0))
    seen = {tuple(linear.diagonal().tolist()) for linear in matrix[:, :, :2]}
    assert seen == {(1, -1), (1, 1), (0.5, 0.5)}


def test_quarter_turn_is_exact():
    turn = about_centre(rotation(np.radians([90.0])), 5, 5)[0]
    np.testing.assert_array_equal(turn, [[0, 1, 0], [-1, 0, 4]])


def test_compose_applies_the_second_map_to_the_image_that_the_first_made():
    rng = np.random.default_rng(0)
    first, second = rng.normal(size=(2, 1, 2, 3))
    pixel = np.array([3.0, 5.0, 1.0])
    between = np.append(second[0] @ pixel, 1)  # where the last image reads the one between
    np.testing.assert_allclose(compose(first, second)[0] @ pixel, first[0] @ between)


def test_images_differ():
    assert len(np.unique(draw("rotate", count=50), axis=0)) == pytest.approx(50)
