"""How well the turn of a slice is told, in pre-training by rotation."""

import keras
import numpy as np

from dscl_tf.augment.draw.turn import TURNS
from dscl_tf.config import PretrainPretext
from dscl_tf.data.samplers import PretextBatches
from dscl_tf.health.monitor import Figures, Monitor
from dscl_tf.health.probe import Probe, apply_unchanged, augmented
from dscl_tf.models import weights_of
from dscl_tf.runs.metrics_log import Row

PICTURED = 6  # slices in the figure, at most


class RotationMonitor(Monitor):
    """Measures how often the turn of a slice is told.

    ::

        monitor = RotationMonitor(network, batches, config.pretrain_pretext, clip=(0.0, 1.5))
        monitor.measure()["rotation_accuracy"]
    """

    def __init__(
        self,
        network: keras.Model,
        batches: PretextBatches,
        settings: PretrainPretext,
        clip: tuple[float, float] | None = None,
    ) -> None:
        """Monitor a network from images to the logits of turns.

        Args:
            network: the network that is trained.
            batches: the stage's sampler, which the probe is drawn from.
            settings: the stage's section of the configuration.
            clip: range of intensities after augmentation, as in training.
        """
        self.network = network
        self.every = settings.health_every
        self.probe = Probe(batches, augmented(clip))

    def measure(self) -> Row:
        """Return the share of slices whose turn is told, and what guessing would give."""
        right = [np.equal(self.told(images), turns) for images, turns in self.probe.views]
        return {
            "rotation_accuracy": float(np.mean(right)),
            "rotation_accuracy_chance": 1 / TURNS,
        }

    def draw(self) -> Figures:
        """Return some turned slices and what they are taken for."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.figures.canvas import upright
        from dscl_tf.health.figures.rotation import rotation_figure

        images, turns = self.probe.views[0]
        told = self.told(images)  # of the whole batch, for its statistics
        kind = self.probe.batches.store.kind
        seen = upright(images[:PICTURED, ..., 0], kind)
        png = rotation_figure(seen, turns[:PICTURED].tolist(), told[:PICTURED].tolist())
        # Slices are turned in the store's rows and columns, which swap to be upright.
        way = "clockwise" if kind.anatomical else "counter-clockwise"
        caption = f"Slices turned {way}, and the turn that the network tells after training."
        return {"rotation.png": (caption, png)}

    def told(self, images: np.ndarray) -> np.ndarray:
        """Return the quarter turns that the network tells, (batch,) int."""
        logits = apply_unchanged(self.network, images, weights_of(self.network))
        return logits.argmax(axis=-1)
