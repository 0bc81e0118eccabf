"""Random crops, enlarged to the size of the image."""

import numpy as np

from dscl_tf.errors import UsageError


def draw_crop(
    rng: np.random.Generator, count: int, height: int, width: int, fraction: float
) -> np.ndarray:
    """Draw a window per image, with sides `fraction` of the image's, anywhere that it fits.

    Pixels are areas (half-pixel convention): a step between output pixels is `fraction` input
    pixels. Every sample lies between the centres of the outermost pixels, so nothing beyond the
    image is ever read.

    Returns:
        (count, 2, 3) float32, each mapping an output pixel (row, column, 1) to input (row, column).

    Raises:
        UsageError: `fraction` is not in (0, 1].
    """
    if not 0 < fraction <= 1:
        raise UsageError(f"crop: must be above 0 and at most 1, got {fraction}")
    # Enlarging about a point of the image reaches every window; the point itself stays in place.
    fixed = rng.uniform(0.0, [height - 1, width - 1], (count, 2))
    matrix = np.zeros((count, 2, 3), "float32")
    matrix[:, 0, 0] = matrix[:, 1, 1] = fraction
    matrix[:, :, 2] = (1 - fraction) * fixed
    return matrix
