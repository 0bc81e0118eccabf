"""Random changes of brightness and contrast."""

import numpy as np

from dscl_tf.config import Intensity


def draw_intensity(
    rng: np.random.Generator, count: int, settings: Intensity
) -> tuple[np.ndarray, np.ndarray]:
    """Draw brightness and contrast per image.

    Returns:
        brightness (count,) and contrast (count,), float32; 0 and 1 for the images that the
        probability leaves out.

    Example:
        >>> draw_intensity(np.random.default_rng(0), 1, Intensity(probability=0))
        (array([0.], dtype=float32), array([1.], dtype=float32))
    """
    brightness = rng.uniform(-settings.brightness, settings.brightness, count)
    contrast = rng.uniform(*settings.contrast, count)
    chosen = rng.random(count) < settings.probability
    brightness = np.where(chosen, brightness, 0).astype("float32")
    return brightness, np.where(chosen, contrast, 1).astype("float32")
