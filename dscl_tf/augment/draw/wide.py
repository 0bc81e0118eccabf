"""All random parameters of wide augmentation."""

import numpy as np

from dscl_tf.augment.draw.affine import about_centre, rotation
from dscl_tf.augment.draw.blur import draw_blur
from dscl_tf.augment.draw.brightness import draw_brightness
from dscl_tf.augment.draw.contrast import draw_contrast
from dscl_tf.augment.draw.gamma import draw_gamma
from dscl_tf.augment.draw.low_resolution import draw_low_resolution
from dscl_tf.augment.draw.noise import draw_noise
from dscl_tf.augment.draw.rotation import draw_rotation
from dscl_tf.augment.draw.scale import draw_scale
from dscl_tf.augment.draw.shift import draw_shift
from dscl_tf.augment.draw.stretch import draw_stretch
from dscl_tf.config.wide import Wide

Spacing = tuple[float, float]


def draw_wide(
    rng: np.random.Generator,
    count: int,
    height: int,
    width: int,
    settings: Wide,
    spacing: Spacing = (1.0, 1.0),
) -> dict[str, np.ndarray]:
    """Draw what `sampling_positions` and `apply_wide` take, each per image.

    Args:
        rng: the only source of chance.
        count: number of images.
        height: rows of an image.
        width: columns of an image.
        settings: what is switched on.
        spacing: mm per pixel (row, column), which shifts are converted by.

    Returns:
        float32 arrays, only for what is switched on: "matrix" (count, 2, 3); "noise"
        (count, H, W, 1); "blur" (count, taps); "brightness_factor", "contrast_factor" and
        "low_resolution" (count,); "gamma" (count, 2).

    >>> sorted(draw_wide(np.random.default_rng(0), 2, 8, 8, Wide(gamma=None, noise=None)))
    ['blur', 'brightness_factor', 'contrast_factor', 'low_resolution', 'matrix']
    """
    draws = {}
    if settings.moves:
        draws["matrix"] = draw_map(rng, count, height, width, settings, spacing)
    if settings.noise:
        draws["noise"] = draw_noise(rng, count, height, width, settings.noise)
    if settings.blur:
        draws["blur"] = draw_blur(rng, count, settings.blur)
    if settings.brightness:
        draws["brightness_factor"] = draw_brightness(rng, count, settings.brightness)
    if settings.contrast:
        draws["contrast_factor"] = draw_contrast(rng, count, settings.contrast)
    if settings.low_resolution:
        draws["low_resolution"] = draw_low_resolution(rng, count, settings.low_resolution)
    if settings.gamma:
        draws["gamma"] = draw_gamma(rng, count, settings.gamma)
    return draws


def draw_map(
    rng: np.random.Generator,
    count: int,
    height: int,
    width: int,
    settings: Wide,
    spacing: Spacing,
) -> np.ndarray:
    """Draw scale and stretch, then a rotation about the image's centre, then a shift.

    Returns:
        (count, 2, 3) float32, each mapping an output pixel (row, column, 1) to input (row, column).
    """
    factors = np.ones((count, 2))  # of rows and columns
    if settings.scale:
        factors *= draw_scale(rng, count, settings.scale)[:, None]
    if settings.stretch:
        factors *= draw_stretch(rng, count, settings.stretch)
    linear = np.eye(2) / factors[:, :, None]  # (count, 2, 2), from output to input
    if settings.rotation:
        linear = linear @ rotation(draw_rotation(rng, count, settings.rotation).astype(float))
    matrix = about_centre(linear, height, width)
    if settings.shift:
        shift = draw_shift(rng, count, settings.shift, spacing)
        matrix[:, :, 2] -= np.einsum("nij,nj->ni", linear, shift)
    return matrix
