"""Random gamma curves."""

import numpy as np

from dscl_tf.augment.draw.chance import log_uniform, with_chance
from dscl_tf.config.wide import Gamma


def draw_gamma(rng: np.random.Generator, count: int, settings: Gamma) -> np.ndarray:
    """Draw two exponents per image, (count, 2) float32: of the negative, then of the image.

    1 changes nothing.

    >>> draw_gamma(np.random.default_rng(0), 1, Gamma(probability=0, inverted=0)).tolist()
    [[1.0, 1.0]]
    """
    inverted, plain = (log_uniform(rng, settings.exponents, count) for _ in range(2))
    return np.stack(
        [
            with_chance(rng, settings.inverted, inverted, 1.0),
            with_chance(rng, settings.probability, plain, 1.0),
        ],
        axis=-1,
    )
