import numpy as np

from dscl_tf.augment.draw.colour import draw_colour
from dscl_tf.config import ColourJitter


def draw(**settings) -> np.ndarray:
    return draw_colour(np.random.default_rng(0), 1000, ColourJitter(**settings))


def test_draws_fill_their_ranges_and_are_independent():
    draws = draw(probability=1, brightness=0.4, contrast=0.3, saturation=0.2, hue=0.1)
    assert draws.shape == (1000, 4) and draws.dtype == np.float32
    reach = np.array([0.4, 0.3, 0.2, 0.1])
    deviation = (draws - [1, 1, 1, 0]) / reach
    assert np.abs(deviation).max() <= 1 + 1e-6
    np.testing.assert_allclose(deviation.min(axis=0), -1, atol=0.02)
    np.testing.assert_allclose(deviation.max(axis=0), 1, atol=0.02)
    assert np.abs(np.corrcoef(deviation.T) - np.eye(4)).max() < 0.1


def test_images_that_the_probability_leaves_out_stay_as_they_are():
    draws = draw(probability=0.3)
    unchanged = (draws == [1, 1, 1, 0]).all(axis=1)
    assert 0.65 < unchanged.mean() < 0.75
    assert (draws[~unchanged] != [1, 1, 1, 0]).all()
