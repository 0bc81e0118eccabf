"""How much a network doubts its mask of a volume.

The mean normalised entropy over all voxels would mostly tell how much air a volume holds; so only
the voxels in and near what the network takes for foreground count.
"""

import numpy as np
from scipy.ndimage import binary_dilation

from dscl_tf.evaluation.uncertainty import normalised_entropy

NEAR = 3  # pixels of the training grid


def doubt_near_foreground(probabilities: np.ndarray, near: int = NEAR) -> float | None:
    """Return the mean normalised entropy in and near the predicted foreground.

    Args:
        probabilities: (depth, H, W, classes), class 0 the background.
        near: how many pixels around the foreground of each slice count too.

    Returns:
        a value in [0, 1]; None where no voxel is predicted as foreground.

    >>> row = np.array([[0.5, 0.5], [0.0, 1.0], [1.0, 0.0], [1.0, 0.0], [0.5, 0.5]])
    >>> doubt_near_foreground(row[None, None], near=1)  # entropies 1, 0, 0, of 0, 1, 2
    0.3333333333333333
    """
    foreground = probabilities.argmax(axis=-1) > 0  # (depth, H, W)
    if not foreground.any():
        return None
    cross = np.array([[0, 1, 0], [1, 1, 1], [0, 1, 0]], bool)[None]  # within a slice
    region = binary_dilation(foreground, cross, iterations=near) if near else foreground
    return float(normalised_entropy(probabilities[region]).astype(np.float64).mean())
