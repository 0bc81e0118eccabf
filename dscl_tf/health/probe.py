"""Watches pre-training on a fixed probe of slices.

The probe is drawn by the seed from the unlabelled volumes. The network sees it as it sees a batch
in training, with the batch's own statistics, but nothing that the probe does changes a variable:
a run with and one without it end with the same weights.
"""

from abc import ABC
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply.augmentation import augment_images
from dscl_tf.config import Watched
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.health.monitor import Watch
from dscl_tf.models.weights import Weights

PROBE_ROWS = 80  # about as many images are seen as in training


class Probe(Watch, ABC):
    """Base: the slices that a network is watched on."""

    def __init__(
        self,
        network: keras.Model,
        batches: SliceBatches,
        settings: Watched,
        clip: tuple[float, float] | None = None,
    ) -> None:
        """Watch `network`, from images to one output; see `Health` for the other arguments."""
        self.network = network
        self.batches = batches
        self.settings = settings
        self.every = settings.health_every
        self.clip = clip

    @cached_property
    def views(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Augmented batches as in training: [(images (rows, H, W, channels), target)]."""
        count = max(1, round(PROBE_ROWS / self.batches.settings.batch_size))
        batches = [self._draw_batch(number) for number in range(count)]
        return [self._view(inputs, target) for inputs, target in batches]

    def _rng(self, number: int) -> np.random.Generator:
        # Batches draw with (seed, step): a third word, not 0, makes these other streams.
        return np.random.default_rng((self.batches.seed, number, 1))

    def _draw_batch(self, number: int) -> Batch:
        return self.batches.draw(self._rng(number))

    def _view(self, inputs: dict[str, Any], target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return what the network is given, and what its output is compared with."""
        images = augment_images(inputs["image"], inputs, self.clip)
        return keras.ops.convert_to_numpy(images), target


def apply_unchanged(network: keras.Model, images: np.ndarray, weights: Weights) -> np.ndarray:
    """Apply a network as training does, batch statistics included, without changing a variable.

    Args:
        network: with one output.
        images: (rows, H, W, channels).
        weights: of every variable of the network, by path.

    Returns:
        float32, whatever the compute dtype.
    """
    mapping = [(v, weights[v.path]) for v in network.variables]
    with keras.StatelessScope(state_mapping=mapping):
        output = network(images, training=True)
    return np.asarray(keras.ops.convert_to_numpy(output), np.float32)
