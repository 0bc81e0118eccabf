import numpy as np
import pytest

from dscl_tf.data.phantom.blob import Blob, draw_blob

ROUND = (0.0, 0.0, 0.0, 0.0)


def test_the_distance_of_a_circle_is_exact():
    circle = Blob((3.0, -1.0), (5.0, 5.0), 0.7, ROUND)
    x, y = np.array([3.0, 3.0, 13.0]), np.array([-1.0, 4.0, -1.0])
    np.testing.assert_allclose(circle.distance(x, y), [-5, 0, 5], atol=1e-9)
    np.testing.assert_allclose(circle.distance(x, y, grow=2), [-7, -2, 3], atol=1e-9)
    np.testing.assert_allclose(circle.distance(x, y, shrink=0.5), [-2.5, 2.5, 7.5], atol=1e-9)


def test_an_ellipse_turns_by_its_angle():
    ellipse = Blob((0.0, 0.0), (6.0, 2.0), np.pi / 2, ROUND)  # its long axis lies along y
    on_outline = ellipse.distance(np.array([0.0, 2.0]), np.array([6.0, 0.0]))
    np.testing.assert_allclose(on_outline, 0, atol=1e-9)


@pytest.mark.parametrize(("number", "waves"), [(2, (0.1, 0.4, 0, 0)), (3, (0, 0, 0.1, 0.4))])
def test_waves_ripple_the_outline(number, waves):
    angle = np.linspace(0, 2 * np.pi, 50)
    radius = 5 * (1 + 0.1 * np.cos(number * angle + 0.4))
    blob = Blob((0.0, 0.0), (5.0, 5.0), 0.0, waves)
    distance = blob.distance(radius * np.cos(angle), radius * np.sin(angle))
    np.testing.assert_allclose(distance, 0, atol=1e-5)


def test_drawn_outlines_differ_about_the_given_ellipse():
    rng = np.random.default_rng(0)
    first, second = (draw_blob(rng, (0, 0), (5, 4), wave=0.05) for _ in range(2))
    assert first.waves != second.waves
    assert (first.centre, first.radii) == ((0, 0), (5, 4))
