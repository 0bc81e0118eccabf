"""Applying elastic deformations: a coarse grid of displacements, enlarged to the image's size."""

import numpy as np
from keras import ops

from dscl_tf.tensor import Tensor


def elastic_displacements(elastic: Tensor, height: int, width: int) -> Tensor:
    """Enlarge coarse grids of displacements bicubically to one displacement per pixel.

    Args:
        elastic: (batch, g, g, 2) displacements (row, column) in pixels, of `draw_elastic`; the
            corners of the grid are those of the image.
        height: rows of the image.
        width: columns of the image.

    Returns:
        (batch, H, W, 2) float32 displacements (row, column) in pixels.

    Example:
        >>> grid = np.zeros((1, 2, 2, 2))
        >>> grid[0, 1] = [4, 0]  # the lower edge reads four rows further down
        >>> np.asarray(elastic_displacements(grid, 3, 3))[0, :, 0].tolist()
        [[0.0, 0.0], [2.0, 0.0], [4.0, 0.0]]
    """
    over_rows = cubic_weights(height, elastic.shape[1])
    over_columns = cubic_weights(width, elastic.shape[2])
    elastic = ops.cast(elastic, "float32")
    return ops.einsum("hg,bgkc,wk->bhwc", over_rows, elastic, over_columns)


def cubic_weights(size: int, grid: int) -> np.ndarray:
    """Return (size, grid) Catmull-Rom weights that enlarge `grid` values to `size` values.

    The first and last values meet; beyond them the grid goes on with its end values.

    Example:
        >>> (cubic_weights(3, 2) @ [0.0, 1.0]).tolist()
        [0.0, 0.5, 1.0]
    """
    at = np.arange(size) * (grid - 1) / max(size - 1, 1)
    weights = np.zeros((size, grid))
    first = np.floor(at).astype(int)
    for offset in range(-1, 3):
        distance = np.abs(at - first - offset)
        near = (1.5 * distance - 2.5) * distance**2 + 1
        far = ((-0.5 * distance + 2.5) * distance - 4) * distance + 2
        weight = np.where(distance <= 1, near, np.where(distance < 2, far, 0))
        knots = np.clip(first + offset, 0, grid - 1)
        np.add.at(weights, (np.arange(size), knots), weight)
    return weights.astype("float32")
