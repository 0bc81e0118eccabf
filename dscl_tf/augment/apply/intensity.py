"""Applying changes of brightness and contrast."""

from keras import ops

from dscl_tf.augment.apply.warp import Tensor


def apply_intensity(
    images: Tensor,
    brightness: Tensor,
    contrast: Tensor,
    clip: tuple[float, float] | None = None,
) -> Tensor:
    """Change the contrast about each image's mean, then the brightness, then clip.

    Args:
        images: (rows, H, W, channels) float.
        brightness: (rows,) to add.
        contrast: (rows,) factors; 1 changes nothing.
        clip: lowest and highest value, for all images alike; None leaves the range open.

    Returns:
        (rows, H, W, channels) of the images' dtype; computed in float32.
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
