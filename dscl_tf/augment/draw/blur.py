"""Random Gaussian blurs."""

import math

import numpy as np

from dscl_tf.config.wide import Blur

REACH = 3.0  # standard deviations that a kernel extends to either side


def draw_blur(rng: np.random.Generator, count: int, settings: Blur) -> np.ndarray:
    """Draw the kernel of a blur per image, the same along rows and columns.

    Returns:
        (count, taps) float32, an odd number of weights that add up to 1; a single 1 in the middle
        for the images that the probability leaves out.

    >>> draw_blur(np.random.default_rng(0), 1, Blur(probability=0, sigma=(0.5, 0.6))).tolist()
    [[0.0, 0.0, 1.0, 0.0, 0.0]]
    """
    radius = math.ceil(REACH * settings.sigma[1])
    offsets = np.arange(-radius, radius + 1)
    sigma = rng.uniform(*settings.sigma, (count, 1))
    kernels = np.exp(-0.5 * (offsets / sigma) ** 2)
    kernels /= kernels.sum(axis=1, keepdims=True)
    chosen = rng.random((count, 1)) < settings.probability
    return np.where(chosen, kernels, offsets == 0).astype("float32")
