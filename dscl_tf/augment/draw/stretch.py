"""Random stretches along one axis."""

import numpy as np

from dscl_tf.augment.draw.chance import log_uniform, with_chance
from dscl_tf.config.wide import Stretch


def draw_stretch(rng: np.random.Generator, count: int, settings: Stretch) -> np.ndarray:
    """Draw factors of rows and columns per image, (count, 2) float32 whose product is 1.

    >>> factors = draw_stretch(np.random.default_rng(0), 1, Stretch(probability=1))
    >>> round(float(factors.prod()), 6)
    1.0
    """
    most = 1 + settings.amount
    ratio = log_uniform(rng, (1 / most, most), count)
    factors = np.stack([ratio**0.5, ratio**-0.5], axis=-1)
    return with_chance(rng, settings.probability, factors, 1.0)
