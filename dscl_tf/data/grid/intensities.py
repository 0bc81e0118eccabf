"""Intensities scaled by two percentiles of their own volume."""

from pathlib import Path

import numpy as np

from dscl_tf.errors import DataError


def percentile_range(
    array: np.ndarray, percentiles: tuple[float, float], path: str | Path
) -> tuple[float, float]:
    """Return two percentiles of a volume's intensities.

    Args:
        array: intensities, any shape.
        percentiles: two ascending numbers in [0, 100].
        path: the volume's file, for the message.

    Raises:
        DataError: the two percentiles are equal.

    >>> percentile_range(np.arange(101), (1, 99), "a.nii.gz")
    (1.0, 99.0)
    """
    low, high = (float(value) for value in np.percentile(array, percentiles))
    if low == high:
        raise DataError(
            f"{path}: percentiles {percentiles[0]:g} and {percentiles[1]:g} of the intensities "
            f"must differ, got {low:g} for both"
        )
    return low, high


def normalise(array: np.ndarray, low: float, high: float) -> np.ndarray:
    """Scale intensities so that `low` becomes 0 and `high` becomes 1, without clipping.

    Supplement, section 1.2, where `low` and `high` are the 1st and 99th percentile.

    Returns:
        float32 of the shape of `array`.

    >>> normalise(np.array([0.0, 100.0, 400.0]), 100, 300)
    array([-0.5,  0. ,  1.5], dtype=float32)
    """
    return ((array - low) / (high - low)).astype(np.float32)
