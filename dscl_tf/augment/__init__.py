"""Augmentation: drawn on the host with NumPy, applied on the device with Keras operations.

What applies draws is imported when first used, so that drawing does not import Keras.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from dscl_tf.augment.draw import draw_augmentation
from dscl_tf.augment.mixup import draw_mixup

if TYPE_CHECKING:
    from dscl_tf.augment.addons import dense_image_warp, rotate, translate
    from dscl_tf.augment.apply import augment_images, augment_masks
    from dscl_tf.augment.mixing import mix

__all__ = [
    "augment_images",
    "augment_masks",
    "dense_image_warp",
    "draw_augmentation",
    "draw_mixup",
    "mix",
    "rotate",
    "translate",
]

_MODULES = {
    "augment_images": "apply",
    "augment_masks": "apply",
    "dense_image_warp": "addons",
    "mix": "mixing",
    "rotate": "addons",
    "translate": "addons",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
