import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dscl_tf.augment.draw.crop import draw_crop
from dscl_tf.errors import UsageError


@given(st.integers(0, 2**32), st.integers(1, 64), st.integers(1, 64), st.floats(0.01, 1.0))
def test_window_lies_inside_the_image(seed, height, width, fraction):
    matrix = draw_crop(np.random.default_rng(seed), 5, height, width, (fraction, fraction))
    first = matrix @ np.array([0.0, 0.0, 1.0])
    last = matrix @ np.array([height - 1.0, width - 1.0, 1.0])
    assert (first >= -1e-5).all()
    assert (last <= np.array([height - 1, width - 1]) + 1e-4).all()
    np.testing.assert_allclose(
        last - first, fraction * np.array([[height - 1, width - 1]] * 5), rtol=1e-4, atol=1e-4
    )


def test_windows_reach_both_ends():
    matrix = draw_crop(np.random.default_rng(0), 500, 100, 50, (0.5, 0.5))
    tops, lefts = matrix[:, 0, 2], matrix[:, 1, 2]
    assert tops.min() < 1
    assert tops.max() > 48.5  # of 49.5
    assert lefts.min() < 1
    assert lefts.max() > 23.5  # of 24.5


def test_fraction_one_is_the_identity():
    matrix = draw_crop(np.random.default_rng(0), 3, 8, 9, (1.0, 1.0))
    np.testing.assert_array_equal(matrix, np.tile(np.eye(2, 3), (3, 1, 1)))


def test_sides_vary_within_the_range():
    sides = draw_crop(np.random.default_rng(0), 200, 8, 8, (0.6, 0.9))[:, 0, 0]
    assert 0.6 <= sides.min() < 0.62
    assert 0.88 < sides.max() <= 0.9


@pytest.mark.parametrize("sides", [(0, 1), (0.5, 1.5), (0.9, 0.5)])
def test_sides_out_of_range(sides):
    with pytest.raises(UsageError, match="crop: must be an ascending range above 0 up to 1, got"):
        draw_crop(np.random.default_rng(0), 3, 8, 8, sides)
