"""Random rectangles that images exchange (Bai et al., CVPR 2023)."""

import numpy as np

from dscl_tf.augment.draw.box import draw_boxes


def draw_paste(
    rng: np.random.Generator,
    count: int,
    height: int,
    width: int,
    side: float,
    probability: float = 1.0,
) -> np.ndarray:
    """Draw a rectangle per image, anywhere that it fits.

    Args:
        rng: the only source of chance.
        count: number of rectangles.
        height: rows of an image.
        width: columns of an image.
        side: in (0, 1], share of the image's sides.
        probability: that an image has one.

    Returns:
        (count, 4) int32: top row, left column, height, width; without one the last two are 0.

    >>> draw_paste(np.random.default_rng(0), 1, 9, 6, side=2 / 3)[:, 2:].tolist()
    [[6, 4]]
    """
    boxes = draw_boxes(rng, count, height, width, (side, side))
    boxes[rng.random(count) >= probability, 2:] = 0
    return boxes
