"""Random changes of colour: drawn on the host, applied on the device."""

import numpy as np

from dscl_tf.config import ColourJitter


def draw_colour(rng: np.random.Generator, count: int, settings: ColourJitter) -> np.ndarray:
    """Draw brightness, contrast, saturation and hue per image.

    Returns:
        (count, 4) float32: three factors, then turns of the colour circle; 1, 1, 1 and 0 for the
        images that the probability leaves out.
    """
    unchanged = np.array([1.0, 1.0, 1.0, 0.0])
    reach = [settings.brightness, settings.contrast, settings.saturation, settings.hue]
    drawn = unchanged + rng.uniform(-1, 1, (count, 4)) * reach
    chosen = rng.random(count) < settings.probability
    return np.where(chosen[:, None], drawn, unchanged).astype("float32")
