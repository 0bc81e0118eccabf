"""Finding the places of one view's feature map in another's, by motions that are known."""

import numpy as np
from keras import ops

from dscl_tf.augment.apply.warp import warp
from dscl_tf.tensor import Tensor

ROUNDING = 1e-3  # of a pixel


def move_places(matrices: Tensor, places: Tensor, factor: int) -> Tensor:
    """Return where places of a feature map lie after maps of image pixels.

    Args:
        matrices: (n, 2, 3), from image pixels (row, column, 1) to image pixels.
        places: (..., 2), (row, column) in the feature map.
        factor: image pixels per pixel of the feature map, along each side.

    Returns:
        (n, ..., 2) float32 places in the feature map.

    A shift of the image by four pixels shifts its map of half the size by two:

    >>> shift = np.array([[[1, 0, 4], [0, 1, 0]]])
    >>> np.asarray(move_places(shift, np.array([[1.0, 3.0]]), factor=2)).tolist()
    [[[3.0, 3.0]]]
    """
    places = ops.cast(places, "float32")
    matrices = ops.cast(matrices, "float32")
    matrices = ops.reshape(matrices, (-1, *[1] * (len(places.shape) - 1), 2, 3))
    # The centre of pixel q of the map is the middle of the image pixels that it stands for.
    middle = (factor - 1) / 2
    pixels = ops.expand_dims(places * factor + middle, 0)[..., None, :]  # (1, ..., 1, 2)
    moved = ops.sum(matrices[..., :2] * pixels, axis=-1) + matrices[..., 2]
    return (moved - middle) / factor


def lie_inside(places: Tensor, height: int, width: int) -> Tensor:
    """Return which regions lie in a map as a whole, for their places (..., pixels, 2) bool (...).

    >>> corners = np.array([[[0, 0], [1, 1]], [[0, 0], [2, 1]]])  # of two regions
    >>> np.asarray(lie_inside(corners, 2, 2)).tolist()
    [True, False]
    """
    places = ops.cast(places, "float32")
    last = np.array([height - 1, width - 1], "float32")
    inside = ops.logical_and(places >= -ROUNDING, places <= last + ROUNDING)
    return ops.all(inside, axis=(-2, -1))


def read_places(maps: Tensor, images: Tensor, places: Tensor) -> Tensor:
    """Read feature maps bilinearly at places, differentiably; beyond a map lies its nearest pixel.

    Args:
        maps: (batch, h, w, channels) float.
        images: (n,) int, which map to read.
        places: (n, m, 2) float (row, column).

    Returns:
        (n, m, channels).

    >>> maps = np.array([[10.0, 20], [30, 50]]).reshape(2, 1, 2, 1)  # two maps of 1 x 2
    >>> np.asarray(read_places(maps, np.array([1]), np.array([[[0, 0.5]]]))).ravel().tolist()
    [40.0]
    """
    height, width, channels = maps.shape[1:]
    places = ops.cast(places, "float32")
    row = ops.clip(places[..., 0], 0, height - 1)
    column = ops.clip(places[..., 1], 0, width - 1)
    # One tall map of all: at a map's last row the next map's first has the weight 0.
    row = row + ops.cast(images, "float32")[:, None] * height
    tall = ops.reshape(maps, (1, -1, width, channels))
    return warp(tall, ops.stack([row, column], axis=-1)[None], fill="edge")[0]
