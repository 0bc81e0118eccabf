"""Watches pre-training by a pretext task: how well the task is done, on a fixed probe of slices."""

from abc import ABC
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.draw.turn import TURNS
from dscl_tf.config import PretrainPretext
from dscl_tf.data.samplers import PretextBatches
from dscl_tf.health.monitor import Figures
from dscl_tf.health.probe import Probe, apply_unchanged
from dscl_tf.losses import masked_mean_squared_error
from dscl_tf.models import weights_of
from dscl_tf.models.augmented import AugmentedRestoration
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

PICTURED = 6  # slices in a figure, at most


class PretextProbe(Probe, ABC):
    """Base: a task that is not learnt stops no run, there is no collapse to tell."""

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Let the run go on."""

    def apply(self, images: np.ndarray) -> np.ndarray:
        """Return the network's output under its present weights."""
        return apply_unchanged(self.network, images, weights_of(self.network))


class RotationProbe(PretextProbe):
    """How often the turn of a slice is told."""

    def measure(self) -> Row:
        """Return the share of slices whose turn is told, and what guessing would give."""
        told = [np.equal(self._tell(images), turns) for images, turns in self.views]
        return {
            "rotation_accuracy": float(np.mean(told)),
            "rotation_accuracy_chance": 1 / TURNS,
        }

    def draw(self) -> Figures:
        """Return some turned slices and what they are taken for."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.pretext_figures import rotation_figure

        images, turns = self.views[0]
        told = self._tell(images)  # of the whole batch, for its statistics
        png = rotation_figure(
            images[:PICTURED, ..., 0], turns[:PICTURED].tolist(), told[:PICTURED].tolist()
        )
        caption = "Turned slices, and the turn that the network tells after training."
        return {"rotation.png": (caption, png)}

    def _tell(self, images: np.ndarray) -> np.ndarray:
        """Return (rows,) numbers of quarter turns."""
        return self.apply(images).argmax(axis=-1)


class RestorationProbe(PretextProbe):
    """How far restored slices are from what they were."""

    def __init__(
        self, model: AugmentedRestoration, batches: PretextBatches, settings: PretrainPretext
    ) -> None:
        """Watch the network of `model`, given what the model gives it."""
        super().__init__(model.network, batches, settings, model.clip)
        self.model = model

    def measure(self) -> Row:
        """Return the error where it counts, and that of leaving the input as it is.

        Root mean square, in units of the normalised intensity.
        """
        restored = [self.apply(images) for images, _ in self.views]
        given, targets = zip(*self.views, strict=True)
        return {
            "restoration_error": _error(restored, targets),
            "restoration_error_of_input": _error(given, targets),
        }

    def draw(self) -> Figures:
        """Return some slices as they are given, restored, and as they were."""
        # Here, since matplotlib would delay the first step.
        from dscl_tf.health.pretext_figures import restoration_figure

        images, targets = self.views[0]
        restored = self.apply(images)  # the whole batch, for its statistics
        counts = targets[..., -1:] > 0  # elsewhere nothing was asked of the network
        restored = np.where(counts, restored, images)
        png = restoration_figure(*(each[:PICTURED, ..., 0] for each in (images, restored, targets)))
        caption = "Slices as the network is given them, as it restores them, and as they were."
        return {"restoration.png": (caption, png)}

    def _view(self, inputs: dict[str, Any], target: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        images = self.model.corrupted(inputs)
        targets = self.model.targets(inputs, target, outputs=None)
        return keras.ops.convert_to_numpy(images), keras.ops.convert_to_numpy(targets)


def _error(images: Any, targets: Any) -> float:
    errors = [
        keras.ops.convert_to_numpy(
            masked_mean_squared_error(image, target[..., :-1], target[..., -1:])
        )
        for image, target in zip(images, targets, strict=True)
    ]
    return float(np.sqrt(np.mean(errors)))
