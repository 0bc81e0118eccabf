"""Batch samplers: a batch is a pure function of (seed, step).

A batch is `(inputs, target)`: `inputs["image"]` (rows, H, W, channels) float32 beside the arrays of
augmentation draws; the target is what the stage's loss takes. A joint batch holds both by loss.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dscl_tf.augment.draw.augmentation import draw_augmentation
from dscl_tf.augment.draw.mixup import draw_mixup
from dscl_tf.config import Finetune, PretrainGlobal, PretrainLocal, Stage
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_in_turn, draw_partitioned
from dscl_tf.data.samplers.region_pairs import across_views, across_volumes, across_volumes_one_way
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.store.read_slices import read_slices
from dscl_tf.data.store.slice_store import SliceStore

Batch = tuple[dict[str, Any], Any]

VIEWS = 2


class Batches(ABC):
    """Base of the samplers: `batches[step]` replays the batch of any step."""

    seed: int

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


class SliceBatches(Batches):
    """Batches of slices of some volumes."""

    def __init__(
        self,
        store: SliceStore,
        ids: Sequence[str],
        settings: Stage,
        seed: int,
        partitions: int = 1,
        original: bool = False,
    ) -> None:
        """Sample from the volumes `ids`; `settings` gives batch size and augmentation.

        `original` draws pre-training batches as the released code does (`Experiment.compat`).
        """
        self.store = store
        self.table = SliceTable.of(store, ids, partitions)
        self.settings = settings
        self.seed = seed
        self.original = original

    def augmented(self, rng: np.random.Generator, positions: np.ndarray) -> dict[str, np.ndarray]:
        """Read the slices at `positions` of the table and add one augmentation draw for each."""
        rows = self.table.rows[positions]
        images = read_slices(self.store.images, rows)  # (rows, H, W, channels)
        height, width = images.shape[1:3]
        draws = draw_augmentation(rng, len(rows), height, width, self.settings.augmentation)
        if self.original:
            draws |= {
                name: np.repeat(draws[name][:: len(rows) // VIEWS], len(rows) // VIEWS)
                for name in ("brightness", "contrast")
                if name in draws
            }
        return {"image": images, **draws}


class GlobalBatches(SliceBatches):
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
        inputs = self.augmented(rng, positions)
        restored = self.original and self.settings.strategy == "GD"
        if restored or self.settings.first_view == "original":
            inputs["augmented"] = labels[-1] > 0
        return inputs, np.stack(labels, axis=1).astype("int32")


class LocalBatches(SliceBatches):
    """Two intensity views of each slice for the local loss; the target lists the positive pairs.

    The target is (pairs, 2) int32: (anchor row, positive row). Row i + rows / 2 is the second view
    of row i. L^R draws different slices, L^D one slice per partition of different volumes.
    """

    settings: PretrainLocal

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, by the strategy's rule."""
        count = self.settings.batch_size // VIEWS
        if self.settings.strategy == "LR":
            positions = draw_distinct(rng, self.table, count)  # (count,)
            pairs = across_views(count)
        else:
            positions = draw_partitioned(rng, self.table, count)
            match = across_volumes_one_way if self.original else across_volumes
            pairs = match(self.table.volumes[positions], self.table.partitions[positions])
        return self.augmented(rng, np.tile(positions, VIEWS)), pairs.astype("int32")


class LabelledBatches(SliceBatches):
    """Slices with masks for fine-tuning; the target is the masks, (rows, H, W) uint8 labels."""

    settings: Finetune

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch; with Mixup, also which two rows make each output row."""
        positions, inputs = self.draw_inputs(rng)
        return inputs, read_slices(self.store.masks, self.table.rows[positions])

    def draw_inputs(self, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        """Draw positions in the table, (rows,), and what goes with them but for the masks."""
        count = self.settings.batch_size
        positions = draw_in_turn(rng, self.table, count)
        inputs = self.augmented(rng, positions)
        if self.settings.mixup:
            partners, weight = draw_mixup(rng, count, count, self.settings.mixup.alpha)
            inputs |= {"mixup_partners": partners, "mixup_weight": weight}
        return positions, inputs
