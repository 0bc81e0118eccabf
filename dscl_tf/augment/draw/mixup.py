"""Mixup (Zhang et al. 2018): which rows are mixed, and how much of each."""

import numpy as np


def draw_mixup(
    rng: np.random.Generator, count: int, batch: int, alpha: float
) -> tuple[np.ndarray, np.ndarray]:
    """Draw two random rows of a batch and a mixing weight for each of `count` output rows.

    Returns:
        partners (count, 2) int32 below `batch` (both may be the same row), and the weight of the
        first, (count,) float32 from Beta(alpha, alpha).
    """
    partners = rng.integers(batch, size=(count, 2), dtype="int32")
    return partners, rng.beta(alpha, alpha, count).astype("float32")
