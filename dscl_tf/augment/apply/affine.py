"""Applying one matrix per image.

Rotations, scalings and flips (`draw/affine.py`), crops (`draw/crop.py`) and quarter turns
(`draw/turn.py`) are all drawn as such a matrix. It maps a pixel of the output to the position of
the input that it shows; `apply/warp.py` reads the image there.
"""

from keras import ops

from dscl_tf.augment.apply.warp import pixel_grid
from dscl_tf.tensor import Tensor


def affine_positions(matrix: Tensor, height: int, width: int) -> Tensor:
    """Return where each output pixel reads its input.

    Args:
        matrix: (batch, 2, 3), maps an output pixel (row, column, 1) to input (row, column).
        height: rows of the output.
        width: columns of the output.

    Returns:
        (batch, H, W, 2) float32 positions (row, column).

    Example:
        A flip of the two columns of an image:

        >>> import numpy as np
        >>> flip = np.array([[[1, 0, 0], [0, -1, 1]]])
        >>> np.asarray(affine_positions(flip, 1, 2))[0].tolist()
        [[[0.0, 1.0], [0.0, 0.0]]]
    """
    positions = ops.convert_to_tensor(pixel_grid(height, width)[None], "float32")  # (1, H, W, 2)
    matrix = ops.cast(matrix, "float32")[:, None, None]  # (batch, 1, 1, 2, 3)
    row, column = positions[..., 0:1], positions[..., 1:2]
    return matrix[..., 0] * row + matrix[..., 1] * column + matrix[..., 2]
