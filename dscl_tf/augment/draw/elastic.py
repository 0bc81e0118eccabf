"""Random elastic deformations."""

import numpy as np

from dscl_tf.config import Elastic


def draw_elastic(rng: np.random.Generator, count: int, settings: Elastic) -> np.ndarray:
    """Draw a coarse grid of displacements per image.

    Returns:
        (count, g, g, 2) float32 normal displacements (row, column) in pixels of standard deviation
        `settings.sigma`; zeros for the images that the probability leaves out.

    Example:
        >>> draw_elastic(np.random.default_rng(0), 2, Elastic(grid=3)).shape
        (2, 3, 3, 2)
    """
    grid = settings.grid
    displacements = rng.normal(0.0, settings.sigma, (count, grid, grid, 2))
    chosen = rng.random(count) < settings.probability
    return (displacements * chosen[:, None, None, None]).astype("float32")
