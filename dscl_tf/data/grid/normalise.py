"""Intensities scaled by two percentiles of their own volume."""

from pathlib import Path

import numpy as np

from dscl_tf.errors import DataError


def percentile_range(
    array: np.ndarray, percentiles: tuple[float, float], path: str | Path
) -> tuple[float, float]:
    """Return the two percentiles of a volume's intensities.

    Raises:
        DataError: they are equal; the message names `path`.
    """
    low, high = (float(value) for value in np.percentile(array, percentiles))
    if low == high:
        raise DataError(
            f"{path}: percentiles {percentiles[0]:g} and {percentiles[1]:g} of the intensities "
            f"must differ, got {low:g} for both"
        )
    return low, high


def normalise(array: np.ndarray, low: float, high: float) -> np.ndarray:
    """Scale intensities so that `low` becomes 0 and `high` 1, without clipping.

    Supplement, section 1.2, with the 1st and 99th percentile.
    """
    return ((array - low) / (high - low)).astype(np.float32)
