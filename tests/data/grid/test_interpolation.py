import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from dscl_tf.data.grid.interpolation import interpolate

SIDES = st.tuples(st.integers(1, 9), st.integers(1, 9))
FACTORS = st.tuples(st.floats(0.2, 3), st.floats(0.2, 3))
OFFSETS = st.tuples(st.floats(-4, 4), st.floats(-4, 4))


@given(SIDES, SIDES, FACTORS, OFFSETS, st.sampled_from([0.0, 1.0]))
def test_values_are_those_of_scipys_three_dimensional_transform(
    sides, plane, factors, offset, outside
):
    array = np.random.default_rng(0).random((*sides, 2), np.float32)
    expected = ndimage.affine_transform(
        array.astype(np.float64),
        np.diag([*factors, 1.0]),
        offset=(*offset, 0),
        output_shape=(*plane, 2),
        order=1,
        mode="grid-constant",
        cval=outside,
    )
    found = interpolate(array, plane, factors, offset, outside)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_whole_pixels_are_copied_and_the_rest_is_outside():
    array = np.float32([[[0.1], [0.7]]])
    found = interpolate(array, (3, 4), (1, 1), (-1, -1), outside=9)
    np.testing.assert_array_equal(
        found[..., 0], np.float32([[9, 9, 9, 9], [9, 0.1, 0.7, 9], [9] * 4])
    )


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_a_value_that_is_not_finite_stays_with_its_neighbours(value):
    array = np.ones((1, 6, 1), np.float32)
    array[0, 0, 0] = value
    assert np.isfinite(interpolate(array, (1, 6), (1, 1), (0, 0), 0)[0, 2:]).all()
