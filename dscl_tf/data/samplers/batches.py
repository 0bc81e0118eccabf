"""Batch samplers: a batch is a pure function of (seed, step).

A batch is `(inputs, target)`: `inputs["image"]` (rows, H, W, channels) float32 beside the arrays of
augmentation draws; the target is what the stage's loss takes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence

import numpy as np

from dscl_tf.augment.draw import draw_augmentation
from dscl_tf.augment.mixup import draw_mixup
from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal, Stage
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_in_turn, draw_partitioned
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.store import SliceStore

Batch = tuple[dict[str, np.ndarray], np.ndarray]

VIEWS = 2


class Batches(ABC):
    """Base of the samplers: `batches[step]` replays the batch of any step."""

    def __init__(
        self,
        store: SliceStore,
        ids: Sequence[str],
        settings: Stage,
        seed: int,
        partitions: int = 1,
    ) -> None:
        """Sample from the volumes `ids`; `settings` gives batch size and augmentation."""
        self.store = store
        self.table = SliceTable.of(store, ids, partitions)
        self.settings = settings
        self.seed = seed

    def __getitem__(self, step: int) -> Batch:
        return self.draw(np.random.default_rng((self.seed, step)))

    def iterate(self, first_step: int) -> Iterator[Batch]:
        """Yield the batches of `first_step`, `first_step + 1`, ... without end."""
        step = first_step
        while True:
            yield self[step]
            step += 1

    @abstractmethod
    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""

    def augmented(self, rng: np.random.Generator, positions: np.ndarray) -> dict[str, np.ndarray]:
        """Read the slices at `positions` of the table and add one augmentation draw for each."""
        rows = self.table.rows[positions]
        images = self.store.images[rows]  # (rows, H, W, channels)
        height, width = images.shape[1:3]
        draws = draw_augmentation(rng, len(rows), height, width, self.settings.augmentation)
        return {"image": images, **draws}


class GlobalBatches(Batches):
    """Two views of each slice for the global loss; the target labels the rows.

    The target is (rows, 4) int32: slice, volume, partition, view. Row i + rows / 2 is the second
    view of row i.
    """

    settings: PretrainGlobal

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, by the strategy's rule."""
        count = self.settings.batch_size // VIEWS
        choose = draw_distinct if self.settings.strategy == "GR" else draw_partitioned
        positions = np.tile(choose(rng, self.table, count), VIEWS)  # (rows,)
        labels = (
            self.table.rows[positions],
            self.table.volumes[positions],
            self.table.partitions[positions],
            np.repeat(np.arange(VIEWS), count),
        )
        return self.augmented(rng, positions), np.stack(labels, axis=1).astype("int32")


class LocalBatches(Batches):
    """Two intensity views of each slice for L^R; the target lists the positive pairs of rows.

    The target is (rows, 2) int32: (anchor row, positive row), each row once as the anchor.
    """

    settings: PretrainLocal

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch of different slices."""
        count = self.settings.batch_size // VIEWS
        positions = np.tile(draw_distinct(rng, self.table, count), VIEWS)  # (rows,)
        rows = np.arange(VIEWS * count)
        pairs = np.stack([rows, np.roll(rows, count)], axis=1)
        return self.augmented(rng, positions), pairs.astype("int32")


class LabelledBatches(Batches):
    """Slices with masks for fine-tuning; the target is the masks, (rows, H, W) uint8 labels."""

    settings: Finetune

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch; with Mixup, also which two rows make each output row."""
        count = self.settings.batch_size
        positions = draw_in_turn(rng, self.table, count)
        inputs = self.augmented(rng, positions)
        if self.settings.mixup:
            partners, weight = draw_mixup(rng, count, count, self.settings.mixup.alpha)
            inputs |= {"mixup_partners": partners, "mixup_weight": weight}
        return inputs, self.store.masks[self.table.rows[positions]]
