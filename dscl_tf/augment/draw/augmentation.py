"""All random parameters of an augmentation, drawn on the host."""

import numpy as np

from dscl_tf.augment.draw.affine import compose, draw_affine
from dscl_tf.augment.draw.colour import draw_colour
from dscl_tf.augment.draw.crop import draw_crop
from dscl_tf.augment.draw.elastic import draw_elastic
from dscl_tf.augment.draw.intensity import draw_intensity
from dscl_tf.augment.draw.wide import draw_wide
from dscl_tf.config import Augmentation


def draw_augmentation(
    rng: np.random.Generator,
    count: int,
    height: int,
    width: int,
    settings: Augmentation,
    spacing: tuple[float, float] = (1.0, 1.0),
) -> dict[str, np.ndarray]:
    """Draw the parameters that `augment_images` and `augment_masks` apply, each per image.

    Args:
        rng: the only source of chance: equal generators give equal draws.
        count: number of images.
        height: rows of an image.
        width: columns of an image.
        settings: what is switched on.
        spacing: mm per pixel (row, column), for shifts of `settings.wide`.

    Returns:
        float32 arrays, only for what is switched on: "matrix" (count, 2, 3), the affine map and
        then the crop; "elastic" (count, g, g, 2) pixels; "brightness" and "contrast" (count,);
        "colour" (count, 4); what `draw_wide` returns, its map before all others in "matrix".

    Example:
        >>> settings = Augmentation(crop=(0.5, 0.5))
        >>> draws = draw_augmentation(np.random.default_rng(0), 2, 8, 8, settings)
        >>> {name: array.shape for name, array in draws.items()}
        {'matrix': (2, 2, 3)}
    """
    draws = {}
    if settings.affine is not None:
        draws["matrix"] = draw_affine(rng, count, height, width, settings.affine)
    if settings.crop is not None:
        crop = draw_crop(rng, count, height, width, settings.crop)
        draws["matrix"] = compose(draws["matrix"], crop) if "matrix" in draws else crop
    if settings.elastic is not None:
        draws["elastic"] = draw_elastic(rng, count, settings.elastic)
    if settings.intensity is not None:
        draws["brightness"], draws["contrast"] = draw_intensity(rng, count, settings.intensity)
    if settings.colour is not None:
        draws["colour"] = draw_colour(rng, count, settings.colour)
    if settings.wide is not None:
        wide = draw_wide(rng, count, height, width, settings.wide, spacing)
        if "matrix" in draws and "matrix" in wide:
            wide["matrix"] = compose(wide["matrix"], draws["matrix"])
        draws |= wide
    return draws
