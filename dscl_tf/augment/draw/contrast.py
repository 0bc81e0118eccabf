"""Random factors of the contrast."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import Contrast


def draw_contrast(rng: np.random.Generator, count: int, settings: Contrast) -> np.ndarray:
    """Draw a factor about the mean per image, (count,) float32; 1 changes nothing.

    >>> draw_contrast(np.random.default_rng(0), 1, Contrast(probability=0)).tolist()
    [1.0]
    """
    factors = rng.uniform(*settings.factors, count)
    return with_chance(rng, settings.probability, factors, 1.0)
