"""Random crops, enlarged to the size of the image."""

import numpy as np

from dscl_tf.errors import UsageError


def draw_crop(
    rng: np.random.Generator, count: int, height: int, width: int, sides: tuple[float, float]
) -> np.ndarray:
    """Draw a window per image, of a side in the range `sides`, anywhere that it fits.

    The window is enlarged to the size of the image, which makes it an affine map
    (`apply/affine.py`). A side is a share of the image's, the same for height and width. Pixels are
    areas (half-pixel convention): a step between output pixels is that share of an input pixel.
    Every sample lies between the centres of the outermost pixels, so nothing beyond the image is
    ever read.

    Returns:
        (count, 2, 3) float32, each mapping an output pixel (row, column, 1) to input (row, column).

    Raises:
        UsageError: `sides` does not ascend within (0, 1].

    Example:
        >>> window = draw_crop(np.random.default_rng(0), 1, 8, 8, (0.5, 0.5))
        >>> window[0, :, :2].tolist()  # a step in the output is half a pixel of the input
        [[0.5, 0.0], [0.0, 0.5]]
    """
    if not 0 < sides[0] <= sides[1] <= 1:
        raise UsageError(f"crop: must be an ascending range above 0 up to 1, got {list(sides)}")
    side = rng.uniform(*sides, (count, 1))
    # Enlarging about a point of the image reaches every window; the point itself stays in place.
    fixed = rng.uniform(0.0, [height - 1, width - 1], (count, 2))
    return crop_matrices(side, fixed)


def crop_matrices(sides: np.ndarray, fixed: np.ndarray) -> np.ndarray:
    """Return the maps (count, 2, 3) float32 that enlarge windows of `sides` (count, 1).

    `fixed` (count, 2) are the points (row, column) that stay in place.

    >>> crop_matrices(np.array([[0.5]]), np.array([[0.0, 7.0]]))[0].tolist()
    [[0.5, 0.0, 0.0], [0.0, 0.5, 3.5]]
    """
    matrix = np.zeros((len(sides), 2, 3), "float32")
    matrix[:, 0, 0] = matrix[:, 1, 1] = sides[:, 0]
    matrix[:, :, 2] = (1 - sides) * fixed
    return matrix
