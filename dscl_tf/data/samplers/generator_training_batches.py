"""Batches that train a generator of augmentations."""

from collections.abc import Sequence

import numpy as np

from dscl_tf.config import PretrainAugmentation
from dscl_tf.data.samplers.batches import Batch, Batches, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_in_turn
from dscl_tf.data.samplers.share import Unread
from dscl_tf.data.store import SliceStore


class GeneratorTrainingBatches(Batches):
    """As many labelled as unlabelled slices, and noise for the generator.

    Inputs: "labelled" and "unlabelled", each slices with the draws of their augmentation; "noise"
    (batch, size) standard normal float32. The target is the labelled slices' masks, (batch, H, W)
    uint8 labels.

    ::

        settings = config.pretrain_augmentation
        batches = GeneratorTrainingBatches(store, ["001"], ["002", "003"], settings, seed=1)
        inputs, masks = batches[0]
    """

    def __init__(
        self,
        store: SliceStore,
        labelled: Sequence[str],
        unlabelled: Sequence[str],
        settings: PretrainAugmentation,
        seed: int,
    ) -> None:
        """Sample from the volumes `labelled` and `unlabelled`; of the latter no mask is read."""
        self.labelled = _Slices(store, labelled, settings, seed)
        self.unlabelled = _Slices(store, unlabelled, settings, seed)
        self.settings = settings
        self.seed = seed

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, its slices `Unread`."""
        labelled, positions = self.labelled.plan(rng)
        unlabelled, _ = self.unlabelled.plan(rng)
        noise = rng.standard_normal((len(positions), self.settings.noise)).astype("float32")
        masks = Unread(self.labelled.store.masks, self.labelled.table.indices[positions])
        return {"labelled": labelled, "unlabelled": unlabelled, "noise": noise}, masks


class _Slices(SliceBatches):
    """Slices and their augmentation; the target is their positions in the table."""

    def plan(self, rng: np.random.Generator) -> Batch:
        positions = draw_in_turn(rng, self.table, self.settings.batch_size)
        return self.augmented(rng, positions), positions
