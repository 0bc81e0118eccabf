"""The fixed set of slices that a monitor looks at.

It is drawn by the seed from the unlabelled volumes. The network is applied to it as to a batch of
training, by the batch's own statistics, but no variable changes: a run that is monitored ends with
the same weights as one that is not.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any

import keras
import numpy as np

from dscl_tf.augment.apply.augmentation import augment_images
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.models.weights import Weights

IMAGES = 80  # in all views, about

View = tuple[Any, Any]
"""Images (batch, H, W, channels) as the network is given them, and the batch's target."""


class Probe:
    """Batches like those of training, but other draws: the same ones at any step of the run.

    ::

        probe = Probe(batches, augmented(clip=(0.0, 1.5)))
        for images, target in probe.views:
            outputs = apply_unchanged(network, images, weights_of(network))
    """

    def __init__(self, batches: SliceBatches, view: Callable[[Batch], View]) -> None:
        """Draw from the stage's sampler; `view` makes of a batch what the network is given."""
        self.batches = batches
        self.view = view

    @cached_property
    def views(self) -> list[View]:
        """The batches, augmented as in training."""
        count = max(1, round(IMAGES / self.batches.settings.batch_size))
        return [self.view(self.draw(number)) for number in range(count)]

    def draw(self, number: int) -> Batch:
        """Return batch `number` of the probe, with the draws of its augmentation."""
        return self.batches.draw(self.rng(number))

    def rng(self, number: int) -> np.random.Generator:
        """Return the random generator of batch `number`, one that no step of training has."""
        # Training draws with (seed, step): a third word, not 0, makes these other streams.
        return np.random.default_rng((self.batches.seed, number, 1))


def augmented(clip: tuple[float, float] | None) -> Callable[[Batch], View]:
    """Return a view of a batch: its images augmented by its draws, and its target as it is.

    Args:
        clip: the range of intensities after augmentation, as in training.
    """

    def view(batch: Batch) -> View:
        inputs, target = batch
        images = augment_images(inputs["image"], inputs, clip)
        return keras.ops.convert_to_numpy(images), target

    return view


def apply_unchanged(network: keras.Model, images: Any, weights: Weights) -> Any:
    """Apply a network as training does, by the batch's statistics, without changing a variable.

    >>> from dscl_tf.models import weights_of
    >>> network = keras.Sequential([keras.Input((2,)), keras.layers.BatchNormalization()])
    >>> inputs = np.array([[1.0, 5], [3, 9]])
    >>> apply_unchanged(network, inputs, weights_of(network)).round(2).tolist()
    [[-1.0, -1.0], [1.0, 1.0]]
    >>> np.array(network.layers[0].moving_mean).tolist()
    [0.0, 0.0]

    Args:
        network: a model.
        images: (batch, H, W, channels), or what else the model takes.
        weights: a value for every variable of the network, by path.

    Returns:
        the output, or a dictionary of outputs, float32 whatever the compute dtype.
    """
    mapping = [(v, weights[v.path]) for v in network.variables]
    with keras.StatelessScope(state_mapping=mapping):
        output = network(images, training=True)
    return keras.tree.map_structure(
        lambda each: np.asarray(keras.ops.convert_to_numpy(each), np.float32), output
    )
