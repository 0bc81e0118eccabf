"""Random pairs of boxes, which context restoration swaps (Chen et al. 2019)."""

import numpy as np

from dscl_tf.augment.draw.box import Sides, draw_corners, draw_sizes


def draw_swaps(
    rng: np.random.Generator, count: int, swaps: int, height: int, width: int, sides: Sides
) -> np.ndarray:
    """Draw pairs of equal boxes that lie apart, for `swap_boxes` (Chen et al. 2019).

    The boxes of different pairs may overlap.

    Args:
        rng: the only source of chance.
        count: number of images.
        swaps: pairs per image.
        height: rows of an image.
        width: columns of an image.
        sides: as in `draw_boxes`, up to 1/3: so a second place is free, wherever the first is.

    Returns:
        (count, swaps, 6) int32: top and left of the first, of the second; height, width of both.

    Example:
        >>> draw_swaps(np.random.default_rng(0), 2, 3, 9, 9, (0.2, 0.3)).shape
        (2, 3, 6)
    """
    size = draw_sizes(rng, (count, swaps), height, width, sides)
    first = draw_corners(rng, size, height, width)
    second = draw_corners(rng, size, height, width)
    while (overlap := (np.abs(second - first) < size).all(axis=-1)).any():
        second[overlap] = draw_corners(rng, size[overlap], height, width)
    return np.concatenate([first, second, size], axis=-1)
