import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.export.percentiles import percentiles_function
from tests.export import models  # noqa: F401 (skips with another backend)


@pytest.mark.parametrize("voxels", [1, 2, 101, 5000])
def test_percentiles_equal_numpys(exported, voxels):
    values = np.random.default_rng(voxels).gamma(2, 300, voxels).astype(np.float32)
    outputs = tf.saved_model.load(str(exported.saved)).signatures["percentiles"](
        intensities=tf.constant(values)
    )
    ends = [float(outputs["low"]), float(outputs["high"])]
    np.testing.assert_allclose(ends, np.percentile(values, (1, 99)), rtol=1e-5)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_they_are_nan_where_an_intensity_is_not_finite(value):
    values = np.arange(200, dtype=np.float32)
    values[50] = value
    outputs = percentiles_function((1.0, 99.0))(tf.constant(values))
    assert np.isnan(outputs["low"]) and np.isnan(outputs["high"])


def test_no_voxels_are_an_error_that_names_the_input():
    with pytest.raises(tf.errors.InvalidArgumentError, match="`intensities`: must hold one voxel"):
        percentiles_function((1.0, 99.0))(tf.zeros(0))
