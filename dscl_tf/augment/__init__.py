"""Augmentation: drawn on the host with NumPy (`draw`), applied on the device with Keras (`apply`).

A transformation has the same file name on both sides: `draw/elastic.py` draws the parameters that
`apply/elastic.py` applies. Affine maps, crops and quarter turns are all drawn as one matrix per
image, so `apply/affine.py` applies what `draw/affine.py`, `draw/crop.py` and `draw/turn.py` draw.

What applies draws is imported when first used, so that drawing does not import Keras.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.augment.draw import draw_augmentation, draw_mixup

if TYPE_CHECKING:
    from dscl_tf.augment.apply import (
        apply_mixup,
        augment_images,
        augment_masks,
        dense_image_warp,
        rotate,
        translate,
    )

__all__ = [
    "apply_mixup",
    "augment_images",
    "augment_masks",
    "dense_image_warp",
    "draw_augmentation",
    "draw_mixup",
    "rotate",
    "translate",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.apply"), name)
