"""Small pictures of a volume's partitions, by which volumes are compared."""

import numpy as np
from scipy import ndimage

from dscl_tf.data.grid.partitions import partition_of

SIDE = 16


def partition_thumbnails(slices: np.ndarray, partitions: int) -> np.ndarray:
    """Average the slices of each partition, blur the averages and sample 16x16 pixels.

    Args:
        slices: (depth, rows, columns), at least as many slices as partitions. Intensities are
            clipped to [0, 1], which are the two percentiles of the normalisation.
        partitions: the paper's S.

    Returns:
        (partitions, 16, 16) float32.
    """
    partition = partition_of(len(slices), partitions)
    clipped = np.clip(slices, 0, 1)
    means = np.stack([clipped[partition == s].mean(axis=0) for s in range(partitions)])
    rows, columns = means.shape[1:]
    blurred = ndimage.gaussian_filter(means, (0, rows / SIDE / 2, columns / SIDE / 2))
    # (partitions, 16, 16)
    return blurred[:, _centres(rows)][:, :, _centres(columns)].astype(np.float32)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale vectors along the last axis to length 1; a zero vector stays as it is.

    >>> unit(np.array([[3.0, 4.0], [0.0, 0.0]]))
    array([[0.6, 0.8],
           [0. , 0. ]])
    """
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(length > 0, length, 1)


def _centres(side: int) -> np.ndarray:
    return ((np.arange(SIDE) + 0.5) * side / SIDE).astype(int)
