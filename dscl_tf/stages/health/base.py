"""Watches the representation during contrastive pre-training, on a fixed probe of slices.

The probe is drawn by the seed from the unlabelled volumes. The network sees it as it sees a batch
in training, with the batch's own statistics, but nothing that the probe does changes a variable:
a run with and one without it end with the same weights.
"""

from abc import ABC
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply import augment_images
from dscl_tf.config import Watched
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.errors import TrainingError
from dscl_tf.models.weights import Weights, weights_of
from dscl_tf.stages.collapse import diagnose
from dscl_tf.stages.health.watch import Watch
from dscl_tf.stages.metrics_log import Row
from dscl_tf.stages.run_directory import Run

VIEWED_SLICES = 40  # about as many slices are seen in two views


class Health(Watch, ABC):
    """Base of the health of one representation."""

    def __init__(
        self,
        network: keras.Model,
        loss: keras.losses.Loss,
        batches: SliceBatches,
        settings: Watched,
        clip: tuple[float, float] | None = None,
        trained: keras.Model | None = None,
    ) -> None:
        """Watch a network from its present weights on.

        Args:
            network: from images to embeddings; it shares its variables with the trained model,
                unless `trained` is given.
            loss: what is trained with; its value for equal embeddings is the chance value.
            batches: the stage's sampler; the probe is drawn from it, apart from every step.
            settings: the stage's section of the configuration.
            clip: range of intensities after augmentation, as in training.
            trained: a model with variables of the same paths, whose weights count in place of
                the network's own.
        """
        self.network = network
        self.trained = trained or network
        self.loss = loss
        self.batches = batches
        self.settings = settings
        self.every = settings.health_every
        self.clip = clip
        self.initial = {path: np.array(array) for path, array in self.weights().items()}

    def weights(self) -> Weights:
        """Return the present weights, by path."""
        return weights_of(self.trained)

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run whose representation has collapsed; see `Watch.check`."""
        if not self.settings.stop_on_collapse:
            return
        if problem := diagnose(rows, total_steps, self.chance):
            raise TrainingError(
                f"{run.path}: collapsed, {problem}; try a milder augmentation, a lower "
                "learning_rate or a larger batch_size, or go on regardless with "
                f"--set {run.stage}.stop_on_collapse=false"
            )

    @cached_property
    def chance(self) -> float:
        """The loss of embeddings that are all equal: the mean of log(1 + negatives)."""
        _, target = self._draw_batch(0)
        shape = (self.batches.settings.batch_size, *self.network.output_shape[1:])
        return float(self.loss(target, np.ones(shape, "float32")))

    @cached_property
    def views(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Augmented batches and their targets, as in training: [((rows, H, W, 1), target)]."""
        count = max(1, round(2 * VIEWED_SLICES / self.batches.settings.batch_size))
        batches = [self._draw_batch(number) for number in range(count)]
        return [(self._augmented(inputs), target) for inputs, target in batches]

    def embed(self, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
        """Return the network's output for `images` under the present weights, or others."""
        return apply_unchanged(self.network, images, weights or self.weights())

    def _rng(self, number: int) -> np.random.Generator:
        # Batches draw with (seed, step): a third word, not 0, makes these other streams.
        return np.random.default_rng((self.batches.seed, number, 1))

    def _draw_batch(self, number: int) -> Batch:
        return self.batches.draw(self._rng(number))

    def _augmented(self, inputs: dict[str, Any]) -> np.ndarray:
        images = augment_images(inputs["image"], inputs, self.clip)
        return keras.ops.convert_to_numpy(images)


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


def cosine_columns(cosines: Sequence[tuple[float, float]]) -> Row:
    """Return the means over batches of (positive, negative) cosines, and their difference."""
    positive, negative = (float(value) for value in np.mean(cosines, axis=0))
    return {
        "positive_cosine": positive,
        "negative_cosine": negative,
        "cosine_margin": positive - negative,
    }
