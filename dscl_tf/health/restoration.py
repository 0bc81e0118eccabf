"""How well slices are restored, in pre-training by inpainting or context restoration."""

from collections.abc import Sequence

import keras
import numpy as np

from dscl_tf.config import PretrainPretext
from dscl_tf.data.samplers import PretextBatches
from dscl_tf.data.samplers.batches import Batch
from dscl_tf.health.monitor import Figures, Monitor
from dscl_tf.health.probe import Probe, View, apply_unchanged
from dscl_tf.losses import masked_mean_squared_error
from dscl_tf.models import weights_of
from dscl_tf.models.augmented import AugmentedRestoration
from dscl_tf.runs.metrics_log import Row

PICTURED = 6  # slices in the figure, at most


class RestorationMonitor(Monitor):
    """Measures how far restored slices are from what they were.

    ::

        model = AugmentedRestoration(network)
        monitor = RestorationMonitor(model, batches, config.pretrain_pretext)
        monitor.measure()["restoration_error"]
    """

    def __init__(
        self, model: AugmentedRestoration, batches: PretextBatches, settings: PretrainPretext
    ) -> None:
        """Monitor the network of a model, on slices that the model corrupts as in training.

        Args:
            model: the model that is trained.
            batches: the stage's sampler, which the probe is drawn from.
            settings: the stage's section of the configuration.
        """
        self.model = model
        self.every = settings.health_every
        self.probe = Probe(batches, self._corrupted)

    def measure(self) -> Row:
        """Return the error where it counts, and that of leaving the input as it is.

        Root mean square, in units of the normalised intensity.
        """
        restored = [self._restored(images) for images, _ in self.probe.views]
        given, targets = zip(*self.probe.views, strict=True)
        return {
            "restoration_error": _error(restored, targets),
            "restoration_error_of_input": _error(given, targets),
        }

    def draw(self) -> Figures:
        """Return some slices as they are given, restored, and as they were."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.figures.canvas import upright
        from dscl_tf.health.figures.restoration import restoration_figure

        images, targets = self.probe.views[0]
        restored = self._restored(images)  # the whole batch, for its statistics
        counts = targets[..., -1:] > 0  # elsewhere nothing was asked of the network
        restored = np.where(counts, restored, images)
        kind = self.probe.batches.store.kind
        arrays = (each[:PICTURED, ..., 0] for each in (images, restored, targets))
        png = restoration_figure(*(upright(each, kind) for each in arrays))
        caption = "Slices as the network is given them, as it restores them, and as they were."
        return {"restoration.png": (caption, png)}

    def _corrupted(self, batch: Batch) -> View:
        inputs, target = batch
        images = self.model.corrupted(inputs)
        targets = self.model.targets(inputs, target, outputs=None)
        return keras.ops.convert_to_numpy(images), keras.ops.convert_to_numpy(targets)

    def _restored(self, images: np.ndarray) -> np.ndarray:
        network = self.model.network
        return apply_unchanged(network, images, weights_of(network))


def _error(images: Sequence[np.ndarray], targets: Sequence[np.ndarray]) -> float:
    """Return the root mean square error of images, where the last channel of the targets is 1."""
    errors = [
        keras.ops.convert_to_numpy(
            masked_mean_squared_error(image, target[..., :-1], target[..., -1:])
        )
        for image, target in zip(images, targets, strict=True)
    ]
    return float(np.sqrt(np.mean(errors)))
