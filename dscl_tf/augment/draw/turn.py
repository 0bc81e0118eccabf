"""Random quarter turns, which the rotation task has to tell (Gidaris et al. 2018)."""

import numpy as np

from dscl_tf.augment.draw.affine import about_centre, rotation

TURNS = 4


def draw_turns(rng: np.random.Generator, count: int) -> np.ndarray:
    """Draw for each of `count` images its number of quarter turns, each as often up to one.

    Returns:
        (count,) int32 in [0, 4).

    Example:
        >>> sorted(draw_turns(np.random.default_rng(0), 4).tolist())
        [0, 1, 2, 3]
    """
    return rng.permutation(np.arange(count) % TURNS).astype("int32")


def turn_matrices(turns: np.ndarray, side: int) -> np.ndarray:
    """Return the maps that turn square images counter-clockwise by quarter turns, exactly.

    They are applied as all affine maps are (`apply/affine.py`).

    Args:
        turns: (count,) numbers of quarter turns.
        side: rows and columns of an image.

    Returns:
        (count, 2, 3) float32, each mapping an output pixel (row, column, 1) to input (row, column).

    Example:
        >>> turn_matrices(np.array([1]), 4)[0].tolist()
        [[0.0, 1.0, 0.0], [-1.0, 0.0, 3.0]]
    """
    return about_centre(rotation(turns * np.pi / 2), side, side)
