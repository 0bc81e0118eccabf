"""Whole-volume prediction: slices in, a mask on the volume's own grid out."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Protocol

import numpy as np

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.evaluation.views import PLAIN, Views


class Network(Protocol):
    """What predicts slices: a `keras.Model`, or anything that can stand in for one.

    It may have `jit_compile`, as a Keras model does; and `gives_probabilities`, true where it
    returns these and not logits, as a served model does.
    """

    def predict_on_batch(self, x: np.ndarray) -> Any:
        """Return the logits (batch, H, W, classes) of slices (batch, H, W, channels)."""


def predict_slices(network: Network, slices: np.ndarray, batch_size: int = 16) -> np.ndarray:
    """Return the class probabilities of every slice.

    The batches of a volume are as equal as can be: TensorFlow traces the model for the first size
    and once more for all others. XLA (JAX, or TensorFlow on a GPU) would compile it anew for every
    size, so there the last batch is filled up with zeros and their outputs are dropped (slices do
    not influence each other in inference). A single slice, as pictures are, goes alone.

    Args:
        network: returns logits (batch, H, W, classes), or `gives_probabilities`.
        slices: (depth, H, W, channels) float32, normalised, on the training grid.
        batch_size: the most slices of a batch.

    Returns:
        (depth, H, W, classes) float32, a softmax computed in float32.

    Example:
        >>> from dscl_tf.models import unet
        >>> network = unet((16, 16, 1), 2, filters=(4, 8))
        >>> probabilities = predict_slices(network, np.zeros((3, 16, 16, 1)))
        >>> probabilities.shape, bool(np.allclose(probabilities.sum(axis=-1), 1))
        ((3, 16, 16, 2), True)
    """
    depth = len(slices)
    count = math.ceil(depth / batch_size)
    compiled = getattr(network, "jit_compile", True)
    starts = range(0, depth, batch_size) if compiled else [n * depth // count for n in range(count)]
    answers = []
    for first, end in pairwise([*starts, depth]):
        batch = np.asarray(slices[first:end], np.float32)  # (batch, H, W, channels)
        if compiled and depth > 1:
            filling = np.zeros((batch_size - len(batch), *batch.shape[1:]), np.float32)
            batch = np.concatenate([batch, filling])
        answers.append(np.asarray(network.predict_on_batch(batch)[: end - first], np.float32))
    outputs = np.concatenate(answers)
    return outputs if getattr(network, "gives_probabilities", False) else softmax(outputs)


def average_views(
    networks: Sequence[Network], slices: np.ndarray, views: Views, batch_size: int = 16
) -> np.ndarray:
    """Return the mean class probabilities of several networks on several views of every slice.

    Every view of every network counts the same, but only where it shows the pixel (see
    `View.undo`); the slice as it is shows all of them.

    Args:
        networks: each as in `predict_slices`.
        slices: as in `predict_slices`.
        views: the views of each slice.
        batch_size: slices per batch.

    Returns:
        (depth, H, W, classes) float32.
    """
    total, weight = np.zeros((), np.float32), np.zeros((), np.float32)
    for view in views:
        shown = view.apply(slices)
        predictions = [predict_slices(network, shown, batch_size) for network in networks]
        back, weights = view.undo(np.mean(predictions, axis=0))
        total, weight = total + back, weight + weights
    return total / weight[..., None]


def predict_volume(
    networks: Sequence[Network],
    slices: np.ndarray,
    geometry: Geometry,
    views: Views = PLAIN,
    batch_size: int = 16,
) -> tuple[np.ndarray, np.ndarray]:
    """Predict one volume on its native grid.

    The probabilities are averaged on the training grid, resampled to the native grid and only then
    turned into labels, which keeps the borders smooth and invents no labels.

    Args:
        networks: one, or the members of an ensemble; as in `predict_slices`.
        slices: (depth, H, W, channels) float32, all slices of the volume.
        geometry: how the slices came from the volume.
        views: the views of each slice to average; by default the slice as it is.
        batch_size: slices per batch.

    Returns:
        the mask (X, Y, Z) uint8, and the probabilities (X, Y, Z, classes) float32.

    Example:
        >>> from dscl_tf.data.grid.orientation import UNCHANGED
        >>> from dscl_tf.models import unet
        >>> geometry = Geometry((10, 8, 3), (), (2, 2, 9), UNCHANGED, (16, 16), (2, 2))
        >>> network = unet((16, 16, 1), 2, filters=(4, 8))
        >>> mask, probabilities = predict_volume([network], np.zeros((3, 16, 16, 1)), geometry)
        >>> mask.shape, probabilities.shape
        ((10, 8, 3), (10, 8, 3, 2))
    """
    return to_native_mask(average_views(networks, slices, views, batch_size), geometry)


def to_native_mask(averaged: np.ndarray, geometry: Geometry) -> tuple[np.ndarray, np.ndarray]:
    """Bring class probabilities of the training grid to the native one, and choose classes.

    Args:
        averaged: (depth, H, W, classes) float32.
        geometry: how the slices came from the volume.

    Returns:
        the mask (X, Y, Z) uint8, and the probabilities (X, Y, Z, classes) float32.

    >>> from dscl_tf.data.grid.orientation import UNCHANGED
    >>> geometry = Geometry((10, 8, 3), (), (2, 2, 9), UNCHANGED, (16, 16), (2, 2))
    >>> mask, _ = to_native_mask(np.tile(np.float32([0.2, 0.8]), (3, 16, 16, 1)), geometry)
    >>> mask.shape, int(mask.min())
    ((10, 8, 3), 1)
    """
    probabilities = geometry.to_native(averaged)
    return probabilities.argmax(axis=-1).astype(np.uint8), probabilities


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax over the last axis.

    >>> softmax(np.array([0.0, np.log(3)])).round(6).tolist()
    [0.25, 0.75]
    """
    # NumPy's maximum and sum over a few neighbours in memory take five times as long.
    planes = np.moveaxis(logits, -1, 0).copy()  # (classes, ...)
    exponentials = np.exp(planes - planes.max(axis=0))
    return np.moveaxis(exponentials / exponentials.sum(axis=0), 0, -1)
