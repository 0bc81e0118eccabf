"""Watches the representation during contrastive pre-training."""

from abc import ABC
from collections.abc import Sequence
from functools import cached_property

import keras
import numpy as np

from dscl_tf.config import Contrastive
from dscl_tf.data.samplers.batches import SliceBatches
from dscl_tf.errors import TrainingError
from dscl_tf.health.collapse import diagnose
from dscl_tf.health.probe import Probe, apply_unchanged
from dscl_tf.models.weights import Weights, weights_of
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run


class Health(Probe, ABC):
    """Base of the health of one measures."""

    settings: Contrastive

    def __init__(
        self,
        network: keras.Model,
        loss: keras.losses.Loss,
        batches: SliceBatches,
        settings: Contrastive,
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
        super().__init__(network, batches, settings, clip)
        self.trained = trained or network
        self.loss = loss
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
                "learning_rate or a larger batch_size in a new run, or one that goes on regardless "
                f"with --set {run.stage}.stop_on_collapse=false"
            )

    @cached_property
    def chance(self) -> float:
        """The loss of embeddings that are all equal: the mean of log(1 + negatives)."""
        _, target = self._draw_batch(0)
        shape = (self.batches.settings.batch_size, *self.network.output_shape[1:])
        return float(self.loss(target, np.ones(shape, "float32")))

    def embed(self, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
        """Return the network's output for `images` under the present weights, or others."""
        return apply_unchanged(self.network, images, weights or self.weights())


def cosine_columns(cosines: Sequence[tuple[float, float]]) -> Row:
    """Return the means over batches of (positive, negative) cosines, and their difference."""
    positive, negative = (float(value) for value in np.mean(cosines, axis=0))
    return {
        "positive_cosine": positive,
        "negative_cosine": negative,
        "cosine_margin": positive - negative,
    }
