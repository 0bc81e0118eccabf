"""Applying the draws of the restoration tasks: a box blanked out, pairs of boxes swapped."""

from collections.abc import Mapping

from dscl_tf.augment.apply.box import blank_box
from dscl_tf.augment.apply.swap import swap_boxes
from dscl_tf.tensor import Tensor


def corrupt(images: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Return images with their boxes blanked out and their pairs of boxes swapped.

    Args:
        images: (batch, H, W, channels).
        draws: "box" (batch, 4) of `draw_boxes` and "swaps" (batch, swaps, 6) of `draw_swaps`; what
            is absent is not applied.

    Returns:
        (batch, H, W, channels).

    Example:
        >>> import numpy as np
        >>> images = np.array([1.0, 2, 3]).reshape(1, 1, 3, 1)
        >>> np.asarray(corrupt(images, {"box": np.array([[0, 1, 1, 1]])})).ravel().tolist()
        [1.0, 0.0, 3.0]
    """
    if "box" in draws:
        images = blank_box(images, draws["box"])
    if "swaps" in draws:
        images = swap_boxes(images, draws["swaps"])
    return images
