"""Random boxes, which inpainting blanks out (Pathak et al. 2016)."""

import numpy as np

Sides = tuple[float, float]


def draw_boxes(
    rng: np.random.Generator, count: int, height: int, width: int, sides: Sides
) -> np.ndarray:
    """Draw a box per image, of a side in the range `sides`, anywhere that it fits.

    Args:
        rng: the only source of chance.
        count: number of boxes.
        height: rows of an image.
        width: columns of an image.
        sides: ascending within (0, 1], shares of the image's side, the same for height and width;
            fractions of pixels are rounded down, to one pixel at least.

    Returns:
        (count, 4) int32: top row, left column, height, width.

    Example:
        >>> boxes = draw_boxes(np.random.default_rng(0), 1, 4, 8, (0.5, 0.5))
        >>> boxes[0, 2:].tolist()
        [2, 4]
    """
    size = draw_sizes(rng, (count,), height, width, sides)
    return np.concatenate([draw_corners(rng, size, height, width), size], axis=-1)


def draw_sizes(
    rng: np.random.Generator, shape: tuple[int, ...], height: int, width: int, sides: Sides
) -> np.ndarray:
    """Draw heights and widths (*shape, 2) in pixels; `sides` as in `draw_boxes`."""
    share = rng.uniform(*sides, (*shape, 1))
    return np.maximum(share * [height, width], 1).astype("int32")


def draw_corners(rng: np.random.Generator, size: np.ndarray, height: int, width: int) -> np.ndarray:
    """Draw top and left (..., 2) of boxes of a size (..., 2)."""
    return rng.integers(np.array([height, width]) - size + 1, dtype="int32")
