"""Applying those changes of wide augmentation that leave pixels in their places."""

from collections.abc import Callable, Mapping

import keras
from keras import ops

from dscl_tf.augment.apply.blur import apply_blur
from dscl_tf.augment.apply.brightness import apply_brightness
from dscl_tf.augment.apply.contrast import apply_contrast
from dscl_tf.augment.apply.gamma import apply_gamma
from dscl_tf.augment.apply.low_resolution import apply_low_resolution
from dscl_tf.augment.apply.noise import apply_noise
from dscl_tf.tensor import Tensor

CHANGES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "noise": apply_noise,
    "blur": apply_blur,
    "brightness_factor": apply_brightness,
    "contrast_factor": apply_contrast,
    "low_resolution": apply_low_resolution,
    "gamma": apply_gamma,
}
"""What applies the draws of a name, in the order in which they are applied."""


def apply_wide(images: Tensor, draws: Mapping[str, Tensor]) -> Tensor:
    """Return images (batch, H, W, channels) changed by those draws of `CHANGES` that are present.

    The images' dtype stays; the changes are computed in float32.

    >>> import numpy as np
    >>> np.asarray(apply_wide(np.ones((1, 1, 1, 1)), {"brightness_factor": np.array([3])})).item()
    3.0
    """
    names = [name for name in CHANGES if name in draws]
    if not names:
        return images
    images = ops.convert_to_tensor(images)
    dtype = keras.backend.standardize_dtype(images.dtype)
    images = ops.cast(images, "float32")
    for name in names:
        images = CHANGES[name](images, draws[name])
    return ops.cast(images, dtype)
