"""Applying changes of colour."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor

# RGB to luminance Y and the two chroma coordinates I and Q (FCC NTSC, as Python's colorsys).
LUMINANCE = np.array([0.30, 0.59, 0.11])
_I = np.array([0.74, 0.0, -0.27]) - (0.74 - 0.27) * LUMINANCE
_Q = np.array([0.48, 0.0, 0.41]) - (0.48 + 0.41) * LUMINANCE
_YIQ = np.stack([LUMINANCE, _I, _Q])
# A quarter of a turn of the colour circle: it takes I to Q and Q to -I, and drops Y.
QUARTER_TURN = np.linalg.inv(_YIQ) @ np.array([[0, 0, 0], [0, 0, -1], [0, 1, 0]]) @ _YIQ


def apply_colour(images: Tensor, draws: Tensor, clip: tuple[float, float] | None = None) -> Tensor:
    """Change brightness, contrast, saturation and hue in this order, then clip.

    Brightness scales all values; contrast turns about the image's mean luminance, saturation about
    each pixel's own; hue turns the chroma in the plane of equal luminance (YIQ). All are linear, so
    nothing is clipped in between.

    Args:
        images: (batch, H, W, 3) float.
        draws: (batch, 4), of `draw_colour`; 1, 1, 1, 0 changes nothing.
        clip: lowest and highest value, for all images alike; None leaves the range open.

    Returns:
        (batch, H, W, 3) of the images' dtype; computed in float32.

    Example:
        >>> red = np.array([1.0, 0, 0]).reshape(1, 1, 1, 3)
        >>> half_as_bright = np.array([[0.5, 1, 1, 0]])
        >>> np.asarray(apply_colour(red, half_as_bright)).ravel().tolist()
        [0.5, 0.0, 0.0]
    """
    images = ops.convert_to_tensor(images)
    values = ops.cast(images, "float32")
    draws = ops.cast(draws, "float32")[:, None, None, None]  # (batch, 1, 1, 1, 4)
    brightness, contrast, saturation = draws[..., 0], draws[..., 1], draws[..., 2]
    angle = 2 * np.pi * draws[..., 3]
    # Each is written as a change, so that the identity leaves the values as they are.
    values = values + (brightness - 1) * values
    mean = ops.mean(_luminance(values), axis=(1, 2, 3), keepdims=True)
    values = values + (contrast - 1) * (values - mean)
    chroma = values - _luminance(values)
    turned = ops.matmul(chroma, ops.convert_to_tensor(QUARTER_TURN.T, "float32"))
    values = values + (saturation * ops.cos(angle) - 1) * chroma
    values = values + saturation * ops.sin(angle) * turned
    if clip is not None:
        values = ops.clip(values, *clip)
    return ops.cast(values, images.dtype)


def _luminance(values: Tensor) -> Tensor:
    return ops.sum(values * ops.convert_to_tensor(LUMINANCE, "float32"), axis=-1, keepdims=True)
