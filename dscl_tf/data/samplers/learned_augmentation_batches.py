"""Batches of fine-tuning with trained generators of augmentations."""

from collections.abc import Mapping

import numpy as np

from dscl_tf.data.samplers.batches import Batch, Batches
from dscl_tf.data.samplers.labelled_batches import LabelledBatches


class LearnedAugmentationBatches(Batches):
    """Batches of fine-tuning with noise for generators, and which images each of them changes.

    For each kind of generator there are two inputs beside those of `LabelledBatches`: "KIND_noise"
    (batch, size) float32 and "KIND_chosen" (batch,) bool.

    For a generator of deformations whose noise has 100 values::

        labelled = LabelledBatches(store, ["001"], config.finetune, seed=1)
        inputs, masks = LearnedAugmentationBatches(labelled, {"deformation": 100})[0]
        inputs["deformation_noise"], inputs["deformation_chosen"]
    """

    def __init__(self, labelled: LabelledBatches, noise: Mapping[str, int]) -> None:
        """Add draws to `labelled`, whose seed is used and whose own draws come first.

        Args:
            labelled: the sampler; `learned_share` of its settings is the chance that an image is
                chosen.
            noise: the size of the noise by kind of generator.
        """
        self.labelled = labelled
        self.noise = dict(noise)
        self.seed = labelled.seed

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, its slices `Unread`."""
        inputs, masks = self.labelled.plan(rng)
        count = len(masks)
        for kind, size in self.noise.items():
            inputs[f"{kind}_noise"] = rng.standard_normal((count, size)).astype("float32")
            inputs[f"{kind}_chosen"] = rng.random(count) < self.labelled.settings.learned_share
        return inputs, masks
