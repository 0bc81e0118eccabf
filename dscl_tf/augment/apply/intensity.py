"""Applying changes of brightness and contrast."""

from keras import ops

from dscl_tf.tensor import Tensor


def apply_intensity(
    images: Tensor,
    brightness: Tensor,
    contrast: Tensor,
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Change the contrast about each image's mean, then the brightness, then clip.

    Args:
        images: (batch, H, W, channels) float.
        brightness: (batch,) to add.
        contrast: (batch,) factors; 1 changes nothing.
        clip: lowest and highest value, for all images alike; None leaves the range open.

    Returns:
        (batch, H, W, channels) of the images' dtype; computed in float32.

    Example:
        >>> import numpy as np
        >>> images = np.array([1.0, 3]).reshape(1, 1, 2, 1)  # of mean 2
        >>> changed = apply_intensity(images, brightness=np.array([0.5]), contrast=np.array([2.0]))
        >>> np.asarray(changed).ravel().tolist()
        [0.5, 4.5]
    """
    images = ops.convert_to_tensor(images)
    values = ops.cast(images, "float32")
    brightness = ops.cast(brightness, "float32")[:, None, None, None]
    contrast = ops.cast(contrast, "float32")[:, None, None, None]
    mean = ops.mean(values, axis=(1, 2, 3), keepdims=True)
    # Written as a change, so that contrast 1 and brightness 0 leave the values as they are.
    values = values + (contrast - 1) * (values - mean) + brightness
    if clip is not None:
        values = ops.clip(values, *clip)
    return ops.cast(values, images.dtype)
