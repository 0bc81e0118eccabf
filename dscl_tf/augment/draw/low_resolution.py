"""Random losses of resolution."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import LowResolution


def draw_low_resolution(
    rng: np.random.Generator, count: int, settings: LowResolution
) -> np.ndarray:
    """Draw the share of pixels per side that is kept, (count,) float32; 1 changes nothing.

    >>> draw_low_resolution(np.random.default_rng(0), 1, LowResolution(probability=0)).tolist()
    [1.0]
    """
    shares = rng.uniform(*settings.shares, count)
    return with_chance(rng, settings.probability, shares, 1.0)
