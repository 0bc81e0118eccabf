"""Random shifts."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import Shift


def draw_shift(
    rng: np.random.Generator, count: int, settings: Shift, spacing: tuple[float, float]
) -> np.ndarray:
    """Draw a shift down and to the right per image, (count, 2) float32 pixels.

    `spacing` is the size of a pixel (row, column), in the unit of `settings.distance`.

    >>> draw_shift(np.random.default_rng(0), 3, Shift(), spacing=(1.5, 1.5)).shape
    (3, 2)
    """
    distances = rng.uniform(-settings.distance, settings.distance, (count, 2))
    return with_chance(rng, settings.probability, distances / spacing, 0.0)
