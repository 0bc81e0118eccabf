"""Random scalings."""

import numpy as np

from dscl_tf.augment.draw.chance import log_uniform, with_chance
from dscl_tf.config.wide import Scale


def draw_scale(rng: np.random.Generator, count: int, settings: Scale) -> np.ndarray:
    """Draw a factor per image, (count,) float32; above 1 enlarges, 1 changes nothing.

    >>> draw_scale(np.random.default_rng(0), 1, Scale(probability=0)).tolist()
    [1.0]
    """
    factors = log_uniform(rng, settings.factors, count)
    return with_chance(rng, settings.probability, factors, 1.0)
