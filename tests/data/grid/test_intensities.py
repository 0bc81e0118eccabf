import numpy as np
import pytest

from dscl_tf.data.grid.intensities import normalise, percentile_range
from dscl_tf.errors import DataError


def test_percentiles_become_0_and_1_and_nothing_is_clipped():
    array = np.arange(101.0)
    low, high = percentile_range(array, (10, 90), "a.nii")
    assert (low, high) == (10, 90)
    scaled = normalise(array, low, high)
    np.testing.assert_allclose(scaled[[0, 10, 50, 90, 100]], [-0.125, 0, 0.5, 1, 1.125])
    assert scaled.dtype == np.float32


def test_an_image_without_a_range_is_named():
    array = np.zeros(1000)
    array[0] = 5  # it varies, but not between the percentiles
    with pytest.raises(
        DataError, match=r"^a.nii: percentiles 1 and 99 .* must differ, got 0 for both$"
    ):
        percentile_range(array, (1, 99), "a.nii")
