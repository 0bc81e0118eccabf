"""Random factors of the brightness."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import Brightness


def draw_brightness(rng: np.random.Generator, count: int, settings: Brightness) -> np.ndarray:
    """Draw a factor per image, (count,) float32; 1 changes nothing.

    >>> draw_brightness(np.random.default_rng(0), 1, Brightness(probability=0)).tolist()
    [1.0]
    """
    factors = rng.uniform(*settings.factors, count)
    return with_chance(rng, settings.probability, factors, 1.0)
