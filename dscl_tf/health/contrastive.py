"""What the monitors of slices and of regions share."""

from abc import ABC
from collections.abc import Sequence
from functools import cached_property

import keras
import numpy as np

from dscl_tf.config import Contrastive
from dscl_tf.data.samplers.batches import SliceBatches
from dscl_tf.errors import TrainingError
from dscl_tf.health.collapse import diagnose
from dscl_tf.health.monitor import Monitor
from dscl_tf.health.probe import Probe, apply_unchanged, augmented
from dscl_tf.models.weights import Weights, weights_of
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run


class ContrastiveMonitor(Monitor, ABC):
    """Measures the representation that one contrastive loss makes, and sees it collapse."""

    def __init__(
        self,
        network: keras.Model,
        loss: keras.losses.Loss,
        batches: SliceBatches,
        settings: Contrastive,
        clip: tuple[float, float] | None = None,
        trained: keras.Model | None = None,
    ) -> None:
        """Monitor a network from its present weights on.

        Args:
            network: from images to embeddings; it shares its variables with the trained model,
                unless `trained` is given.
            loss: what is trained with; its value for equal embeddings is the chance value.
            batches: the stage's sampler, which the probe is drawn from.
            settings: the stage's section of the configuration.
            clip: range of intensities after augmentation, as in training.
            trained: a model with variables of the same paths, whose weights count in place of
                the network's own.
        """
        self.network = network
        self.loss = loss
        self.batches = batches
        self.settings = settings
        self.every = settings.health_every
        self.probe = Probe(batches, augmented(clip))
        self.trained = trained or network
        self.initial = {path: np.array(array) for path, array in self.weights().items()}

    def weights(self) -> Weights:
        """Return the present weights, by path."""
        return weights_of(self.trained)

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run whose representation has collapsed, unless the settings let it go on.

        See `Monitor.check`.
        """
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
        _, target = self.probe.draw(0)
        shape = (self.batches.settings.batch_size, *self.network.output_shape[1:])
        return float(self.loss(target, np.ones(shape, "float32")))

    def embed(self, images: np.ndarray, weights: Weights | None = None) -> np.ndarray:
        """Return the network's output for `images` under the present weights, or others.

        Args:
            images: (batch, H, W, channels).
            weights: by path, such as `initial`.
        """
        return apply_unchanged(self.network, images, weights or self.weights())


def cosine_columns(cosines: Sequence[tuple[float, float]]) -> Row:
    """Return the means over batches of (positive, negative) cosines, and their difference.

    >>> cosine_columns([(1.0, 0.25), (0.5, 0.25)])
    {'positive_cosine': 0.75, 'negative_cosine': 0.25, 'cosine_margin': 0.5}
    """
    positive, negative = (float(value) for value in np.mean(cosines, axis=0))
    return {
        "positive_cosine": positive,
        "negative_cosine": negative,
        "cosine_margin": positive - negative,
    }
