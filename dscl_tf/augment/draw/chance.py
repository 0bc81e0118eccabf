"""Values that only some images get."""

import numpy as np


def log_uniform(rng: np.random.Generator, bounds: tuple[float, float], count: int) -> np.ndarray:
    """Return (count,) values whose logarithms are uniform: doubling is as likely as halving.

    >>> bool(0.5 < log_uniform(np.random.default_rng(0), (0.5, 2.0), 1)[0] < 2)
    True
    """
    low, high = np.log(bounds)
    return np.exp(rng.uniform(low, high, count))


def with_chance(
    rng: np.random.Generator, probability: float, values: np.ndarray, unchanged: float
) -> np.ndarray:
    """Return `values` as float32, but `unchanged` for the images that the probability leaves out.

    Args:
        rng: the only source of chance.
        probability: of an image to get its value.
        values: (count, ...).
        unchanged: the value that changes nothing.

    >>> with_chance(np.random.default_rng(0), 0.5, np.array([7, 8, 9]), 0).tolist()
    [0.0, 8.0, 9.0]
    """
    chosen = rng.random(len(values)) < probability
    chosen = chosen.reshape(-1, *[1] * (values.ndim - 1))
    return np.where(chosen, values, unchanged).astype("float32")
