"""Slices out of a store's arrays."""

import numpy as np

from dscl_tf.data.store.sharded_array import ShardedArray


def read_slices(array: np.ndarray | ShardedArray, indices: np.ndarray) -> np.ndarray:
    """Copy some slices of a store's images or masks.

    Args:
        array: (slices, ...).
        indices: (count,) int.

    Returns:
        (count, ...).

    >>> read_slices(np.array([[1, 2], [3, 4], [5, 6]]), np.array([2, 0]))
    array([[5, 6],
           [1, 2]])
    """
    return np.asarray(array[indices])
