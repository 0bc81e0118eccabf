"""Batches to train generators of augmentations, and batches that use them."""

from collections.abc import Mapping, Sequence

import numpy as np

from dscl_tf.config import PretrainAugmentation
from dscl_tf.data.samplers.batches import Batch, Batches, LabelledBatches, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_in_turn
from dscl_tf.data.store.read_slices import read_slices
from dscl_tf.data.store.slice_store import SliceStore


class _Slices(SliceBatches):
    """Slices and their augmentation; the target is where they stand in the table."""

    def draw(self, rng: np.random.Generator) -> Batch:
        positions = draw_in_turn(rng, self.table, self.settings.batch_size)
        return self.augmented(rng, positions), positions


class GeneratorBatches(Batches):
    """As many labelled as unlabelled slices, and noise for the generator.

    Inputs: "labelled" and "unlabelled", each slices with the draws of their augmentation; "noise"
    (rows, size) standard normal float32. The target is the labelled slices' masks, (rows, H, W)
    uint8 labels.
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

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""
        labelled, positions = self.labelled.draw(rng)
        unlabelled, _ = self.unlabelled.draw(rng)
        noise = rng.standard_normal((len(positions), self.settings.noise)).astype("float32")
        masks = read_slices(self.labelled.store.masks, self.labelled.table.rows[positions])
        return {"labelled": labelled, "unlabelled": unlabelled, "noise": noise}, masks


class GeneratedBatches(Batches):
    """Batches of fine-tuning with noise for generators, and which rows each of them changes.

    Beside what `LabelledBatches` draws stand, for each kind of generator, "KIND_noise" (rows, size)
    float32 and "KIND_chosen" (rows,) bool.
    """

    def __init__(self, labelled: LabelledBatches, noise: Mapping[str, int]) -> None:
        """Add draws to `labelled`, whose seed this takes and whose own draws come first.

        Args:
            labelled: the sampler; `learned_share` of its settings says how often rows are chosen.
            noise: the size of the noise by kind of generator.
        """
        self.labelled = labelled
        self.noise = dict(noise)
        self.seed = labelled.seed

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""
        inputs, masks = self.labelled.draw(rng)
        rows = len(masks)
        for kind, size in self.noise.items():
            inputs[f"{kind}_noise"] = rng.standard_normal((rows, size)).astype("float32")
            inputs[f"{kind}_chosen"] = rng.random(rows) < self.labelled.settings.learned_share
        return inputs, masks
