"""Applying the draws of the restoration tasks: a box blanked out, pairs of boxes swapped."""

from collections.abc import Mapping

from dscl_tf.augment.apply.box import blank_box
from dscl_tf.augment.apply.swap import swap_boxes
from dscl_tf.augment.apply.warp import Tensor


def corrupt(images: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Return images (rows, H, W, channels) with their "box" blanked out and "swaps" made.

    What is absent from `draws` is not applied.
    """
    if "box" in draws:
        images = blank_box(images, draws["box"])
    if "swaps" in draws:
        images = swap_boxes(images, draws["swaps"])
    return images
