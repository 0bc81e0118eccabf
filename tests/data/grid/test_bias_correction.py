import numpy as np
import pytest

from dscl_tf.config import BiasCorrection
from dscl_tf.data.grid.bias_correction import correct_bias
from dscl_tf.errors import DataError
from tests.data.files import affine, volume
from tests.data.grid.images import biased


@pytest.mark.parametrize("shrink_factor", [1, 2])
def test_a_smooth_field_is_taken_out(shrink_factor):
    tissue, image = biased()
    settings = BiasCorrection(iterations=(20, 20), shrink_factor=shrink_factor)
    corrected = correct_bias(volume(image, affine((2, 2, 8))), settings)
    assert corrected.dtype == np.float32 and corrected.shape == image.shape
    for level in (100, 200):
        before, after = image[tissue == level], corrected[tissue == level]
        assert after.std() / after.mean() < 0.25 * before.std() / before.mean()


def test_a_volume_that_defeats_n4_is_named():
    tiny = volume(np.arange(8).reshape(2, 2, 2), path="tiny.nii.gz")
    with pytest.raises(DataError, match=r"^tiny.nii.gz: bias correction failed: \S.*$"):
        correct_bias(tiny, BiasCorrection(shrink_factor=4))
