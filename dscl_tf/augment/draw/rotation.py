"""Random rotations."""

import numpy as np

from dscl_tf.augment.draw.chance import with_chance
from dscl_tf.config.wide import Rotation


def draw_rotation(rng: np.random.Generator, count: int, settings: Rotation) -> np.ndarray:
    """Draw an angle per image, (count,) float32 radians; positive turns counter-clockwise.

    >>> draw_rotation(np.random.default_rng(0), 1, Rotation(probability=0)).tolist()
    [0.0]
    """
    angles = np.radians(rng.uniform(-settings.degrees, settings.degrees, count))
    return with_chance(rng, settings.probability, angles, 0.0)
