"""Watches pre-training on a fixed probe of slices.

The probe is drawn by the seed from the unlabelled volumes. The network sees it as it sees a batch
in training, with the batch's own statistics, but nothing that the probe does changes a variable:
a run with and one without it end with the same weights.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply import augment_images
from dscl_tf.config import Watched
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.files import atomic_write
from dscl_tf.models.weights import Weights
from dscl_tf.stages.metrics_log import Row
from dscl_tf.stages.run_directory import Run

PROBE_ROWS = 80  # about as many images are seen as in training

Figures = dict[str, tuple[str, bytes]]
"""File name to caption and PNG."""


class Probe(ABC):
    """Base: what to measure how often, and what to draw."""

    def __init__(
        self,
        network: keras.Model,
        batches: SliceBatches,
        settings: Watched,
        clip: tuple[float, float] | None = None,
    ) -> None:
        """Watch `network`.

        Args:
            network: from images to one output; it shares its variables with the trained model.
            batches: the stage's sampler; the probe is drawn from it, apart from every step.
            settings: the stage's section of the configuration.
            clip: range of intensities after augmentation, as in training.
        """
        self.network = network
        self.batches = batches
        self.settings = settings
        self.clip = clip

    def due(self, step: int, last: bool) -> bool:
        """Return whether to measure after `step`."""
        every = self.settings.health_every
        return bool(every and (last or step % every == 0))

    @abstractmethod
    def measure(self) -> Row:
        """Return the columns for the present weights."""

    @abstractmethod
    def draw(self) -> Figures:
        """Return figures, made once the training is over."""

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:  # noqa: B027
        """Stop a run that learns nothing, for stages that can tell."""

    def save_figures(self, run: Run) -> None:
        """Write `figures/*.png` and, last, their captions; nothing if `health_every` is off."""
        if not self.settings.health_every:
            return
        figures = self.draw()
        for name, (_, png) in figures.items():
            with atomic_write(run.path / "figures" / name) as file:
                file.write(png)
        with atomic_write(run.path / "figures" / "captions.json", "w") as file:
            json.dump({name: caption for name, (caption, _) in figures.items()}, file, indent=1)

    @cached_property
    def views(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Augmented batches and their targets, as in training: [((rows, H, W, 1), target)]."""
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


def apply_unchanged(
    network: keras.Model, images: np.ndarray, weights: Weights | None = None
) -> np.ndarray:
    """Apply a network as training does, batch statistics included, without changing a variable.

    Args:
        network: with one output.
        images: (rows, H, W, channels).
        weights: used in place of the network's own, by path.

    Returns:
        float32, whatever the compute dtype.
    """
    mapping = [(v, weights[v.path]) for v in network.variables] if weights else None
    with keras.StatelessScope(state_mapping=mapping):
        output = network(images, training=True)
    return np.asarray(keras.ops.convert_to_numpy(output), np.float32)
