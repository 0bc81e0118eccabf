"""Random changes of colour."""

import numpy as np

from dscl_tf.config import ColourJitter


def draw_colour(rng: np.random.Generator, count: int, settings: ColourJitter) -> np.ndarray:
    """Draw brightness, contrast, saturation and hue per image.

    Returns:
        (count, 4) float32: three factors, then turns of the colour circle; 1, 1, 1 and 0 for the
        images that the probability leaves out.

    Example:
        >>> draw_colour(np.random.default_rng(0), 1, ColourJitter(probability=0)).tolist()
        [[1.0, 1.0, 1.0, 0.0]]
    """
    unchanged = np.array([1.0, 1.0, 1.0, 0.0])
    reach = [settings.brightness, settings.contrast, settings.saturation, settings.hue]
    drawn = unchanged + rng.uniform(-1, 1, (count, 4)) * reach
    chosen = rng.random(count) < settings.probability
    return np.where(chosen[:, None], drawn, unchanged).astype("float32")
