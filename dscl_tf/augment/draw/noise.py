"""Random noise."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import Noise


def draw_noise(
    rng: np.random.Generator, count: int, height: int, width: int, settings: Noise
) -> np.ndarray:
    """Draw what is added to each pixel, the same in all channels.

    Returns:
        (count, H, W, 1) float32; zeros for the images that the probability leaves out.

    >>> draw_noise(np.random.default_rng(0), 3, 8, 9, Noise()).shape
    (3, 8, 9, 1)
    """
    deviation = rng.uniform(0.0, settings.deviation, (count, 1, 1, 1))
    noise = rng.standard_normal((count, height, width, 1), "float32")
    return with_chance(rng, settings.probability, deviation * noise, 0.0)
