"""Mixup (Zhang et al. 2018): which images are mixed, and how much of each."""

import numpy as np


def draw_mixup(
    rng: np.random.Generator, count: int, batch: int, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw two images of a batch and their mixing weight for each of `count` mixed images.

    Args:
        rng: the only source of chance.
        count: number of mixed images.
        batch: number of images to choose from.
        alpha: above 0; the smaller, the closer the weights are to 0 or 1.

    Returns:
        partners (count, 2) int32 below `batch` (both may be the same image), and the weight of the
        first, (count,) float32 from Beta(alpha, alpha).

    Example:
        >>> partners, weight = draw_mixup(np.random.default_rng(0), 5, batch=4, alpha=0.1)
        >>> partners.shape, weight.shape
        ((5, 2), (5,))
    """
    partners = rng.integers(batch, size=(count, 2), dtype="int32")
    return partners, rng.beta(alpha, alpha, count).astype("float32")
