"""Known motions of views, through which regions of one are found in another."""

from itertools import product

import numpy as np

from dscl_tf.augment.draw.affine import about_centre, compose, rotation
from dscl_tf.augment.draw.crop import crop_matrices
from dscl_tf.config.motion import Motion


def draw_motion(
    rng: np.random.Generator, count: int, height: int, width: int, settings: Motion
) -> np.ndarray:
    """Draw a turn, a shift and a crop per view.

    Returns:
        (count, 2, 3) float32, each mapping a pixel (row, column, 1) of a view to that of the slice.

    >>> still = Motion(crop=(1, 1), shift=0, rotation=0)
    >>> draw_motion(np.random.default_rng(0), 1, 8, 8, still)[0].tolist()
    [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]
    """
    angles = np.radians(rng.uniform(-settings.rotation, settings.rotation, count))
    shifts = rng.uniform(-settings.shift, settings.shift, (count, 2))
    sides = rng.uniform(*settings.crop, (count, 1))
    anchors = rng.uniform(0.0, 1.0, (count, 2))
    return _matrices(angles, shifts, sides, anchors, height, width)


def extreme_motions(height: int, width: int, settings: Motion) -> np.ndarray:
    """Return the motions (n, 2, 3) at the ends of all ranges, among them those farthest apart."""
    ends = (-1.0, 1.0)
    values = product(ends, ends, ends, settings.crop, (0.0, 1.0), (0.0, 1.0))
    angle, down, right, side, row, column = np.array(list(values)).T
    return _matrices(
        np.radians(angle * settings.rotation),
        settings.shift * np.stack([down, right], axis=1),
        side[:, None],
        np.stack([row, column], axis=1),
        height,
        width,
    )


def between(matrices: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return the maps from pixels of one view of a pair to those of the other.

    Args:
        matrices: (batch, 2, 3), each from a view to its slice.
        pairs: (pairs, 2) int, positions in the batch.

    Returns:
        (pairs, 2, 3) float32.

    >>> shifted = np.array([[[1, 0, 0], [0, 1, 0]], [[1, 0, 2], [0, 1, 3]]])  # the second view
    >>> between(shifted, np.array([[0, 1]]))[0].tolist()
    [[1.0, 0.0, -2.0], [0.0, 1.0, -3.0]]
    """
    first, second = (matrices[pairs[:, side]].astype("float64") for side in (0, 1))
    inverse = np.linalg.inv(second[:, :, :2])
    linear = inverse @ first[:, :, :2]
    shift = inverse @ (first[:, :, 2:] - second[:, :, 2:])
    return np.concatenate([linear, shift], axis=-1).astype("float32")


def _matrices(
    angles: np.ndarray,
    shifts: np.ndarray,
    sides: np.ndarray,
    anchors: np.ndarray,
    height: int,
    width: int,
) -> np.ndarray:
    """Return the maps of a turn about the centre, then a shift down and right, then a crop.

    `shifts` (count, 2) and `anchors` (count, 2), the points that the crops leave in place, are
    shares of the image's sides.
    """
    linear = rotation(angles)
    moved = about_centre(linear, height, width)
    moved[:, :, 2] -= np.einsum("nij,nj->ni", linear, shifts * [height, width])
    crop = crop_matrices(sides, anchors * [height - 1, width - 1])
    return compose(moved, crop).astype("float32")
