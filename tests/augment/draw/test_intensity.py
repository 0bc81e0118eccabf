import numpy as np

from dscl_tf.augment.draw.intensity import draw_intensity
from dscl_tf.config import Intensity


def test_draws_fill_their_ranges():
    settings = Intensity(probability=1, brightness=0.3, contrast=(0.5, 1.3))
    brightness, contrast = draw_intensity(np.random.default_rng(0), 300, settings)
    np.testing.assert_allclose([brightness.min(), brightness.max()], [-0.3, 0.3], atol=0.02)
    np.testing.assert_allclose([contrast.min(), contrast.max()], [0.5, 1.3], atol=0.02)
    assert np.abs(brightness).max() <= np.float32(0.3)
    assert abs(np.corrcoef(brightness, contrast)[0, 1]) < 0.15


def test_probability_leaves_images_unchanged():
    settings = Intensity(probability=0.25)
    brightness, contrast = draw_intensity(np.random.default_rng(0), 400, settings)
    left_out = brightness == 0
    np.testing.assert_array_equal(contrast == 1, left_out)
    assert 270 < left_out.sum() < 330
