"""Random rotations, scalings and flips, one kind per image; and how such maps are made."""

import numpy as np

from dscl_tf.config import Affine


def draw_affine(
    rng: np.random.Generator, count: int, height: int, width: int, settings: Affine
) -> np.ndarray:
    """Draw one affine map per image about the image's centre, for `apply/affine.py`.

    Each image gets one of `settings.choices` with equal chance: a rotation, a scaling, a flip of
    columns, a rotation by k x 45 degrees (k from 0 to 7), or none.

    Returns:
        (count, 2, 3) float32, each mapping an output pixel (row, column, 1) to input (row, column).

    Example:
        >>> flip = Affine(choices=("flip",))
        >>> draw_affine(np.random.default_rng(0), 1, 4, 4, flip)[0].tolist()
        [[1.0, 0.0, 0.0], [0.0, -1.0, 3.0]]
    """
    angles = np.radians(rng.uniform(-settings.rotation, settings.rotation, count))
    eighths = np.radians(45.0 * rng.integers(8, size=count))
    scales = rng.uniform(*settings.scale, count)
    kinds = rng.integers(len(settings.choices), size=count)

    identity = np.eye(2)
    options = {
        "rotate": rotation(angles),
        "scale": identity / scales[:, None, None],  # a scale above 1 enlarges
        "flip": np.broadcast_to(np.diag([1.0, -1.0]), (count, 2, 2)),
        "rotate45": rotation(eighths),
        "none": np.broadcast_to(identity, (count, 2, 2)),
    }
    linear = np.stack([options[choice] for choice in settings.choices])  # (choices, count, 2, 2)
    return about_centre(linear[kinds, np.arange(count)], height, width)


def rotation(angles: np.ndarray) -> np.ndarray:
    """Return maps (count, 2, 2), from output to input, that turn images counter-clockwise.

    Args:
        angles: (count,) radians.

    Example:
        >>> rotation(np.array([np.pi / 2]))[0].tolist()
        [[0.0, 1.0], [-1.0, 0.0]]
    """
    # Rounded so that a quarter turn holds exact zeros and ones.
    cosine, sine = np.cos(angles).round(15), np.sin(angles).round(15)
    return np.stack([cosine, sine, -sine, cosine], axis=-1).reshape(-1, 2, 2)


def about_centre(linear: np.ndarray, height: int, width: int) -> np.ndarray:
    """Add to linear maps (count, 2, 2) the shifts that keep the image's centre in place.

    Returns:
        (count, 2, 3) float32.

    Example:
        >>> about_centre(np.array([[[1, 0], [0, -1]]]), 4, 4)[0].tolist()
        [[1.0, 0.0, 0.0], [0.0, -1.0, 3.0]]
    """
    centre = np.array([(height - 1) / 2, (width - 1) / 2])
    shift = centre - linear @ centre  # (count, 2)
    return np.concatenate([linear, shift[..., None]], axis=-1).astype("float32")


def compose(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the maps (count, 2, 3) of transforming an image by `first` and then by `second`.

    Example:
        >>> half = np.array([[[0.5, 0, 0], [0, 0.5, 0]]])
        >>> compose(half, half)[0].tolist()
        [[0.25, 0.0, 0.0], [0.0, 0.25, 0.0]]
    """
    # Positions run from output to input, so the transform applied last acts on them first.
    linear = first[:, :, :2] @ second[:, :, :2]
    shift = first[:, :, :2] @ second[:, :, 2:] + first[:, :, 2:]
    return np.concatenate([linear, shift], axis=-1)
