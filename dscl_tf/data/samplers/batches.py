"""What all batch samplers have in common: a batch is a pure function of (seed, step).

A batch is `(inputs, target)`. `inputs["image"]` is (batch, H, W, channels) float32; beside it are
the arrays of augmentation draws. The target is what the stage's loss takes.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dscl_tf.augment.draw.augmentation import draw_augmentation
from dscl_tf.config import Stage
from dscl_tf.data.samplers.ahead import read_ahead
from dscl_tf.data.samplers.share import WHOLE, Share, Unread, read_share
from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.data.store import SliceStore

Batch = tuple[dict[str, Any], Any]

VIEWS = 2


class Batches(ABC):
    """Base of the samplers: `batches[step]` replays the batch of any step.

    What a batch holds is drawn first, whole, and slices are read after that. So processes that
    train together draw the same, and each reads its share.
    """

    seed: int

    def __getitem__(self, step: int) -> Batch:
        return read_share(self.plan_step(step))

    def iterate(self, first_step: int, share: Share = WHOLE) -> Iterator[Batch]:
        """Yield a share of the batches of `first_step`, `first_step + 1`, ... read ahead."""
        return read_ahead(lambda step: read_share(self.plan_step(step), share), first_step)

    def plan_step(self, step: int) -> Batch:
        """Draw the batch of a step, its slices `Unread`."""
        return self.plan(np.random.default_rng((self.seed, step)))

    def draw(self, rng: np.random.Generator) -> Batch:
        """Draw one batch."""
        return read_share(self.plan(rng))

    @abstractmethod
    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, its slices `Unread`."""


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
        """Sample from some volumes.

        Args:
            store: holds the volumes.
            ids: of the volumes.
            settings: gives batch size and augmentation.
            seed: of all draws.
            partitions: the number of partitions that volumes are cut into.
            original: draw pre-training batches as the released code does (`Experiment.compat`).

        Raises:
            DataError: a volume has fewer slices than partitions.
        """
        self.store = store
        self.table = SliceTable.of(store, ids, partitions)
        self.settings = settings
        self.seed = seed
        self.original = original

    def augmented(self, rng: np.random.Generator, positions: np.ndarray) -> dict[str, Any]:
        """Return the slices at `positions` of the table, `Unread`, and augmentation for each."""
        images = Unread(self.store.images, self.table.indices[positions])
        count, height, width = images.shape[:3]  # (batch, H, W, channels)
        settings = self.settings.augmentation
        spacing = self.store.settings["spacing"] if settings.wide else (1.0, 1.0)
        draws = draw_augmentation(rng, count, height, width, settings, spacing)
        if self.original:  # one brightness and one contrast for all images of a view
            draws |= {
                name: np.repeat(draws[name][:: count // VIEWS], count // VIEWS)
                for name in ("brightness", "contrast")
                if name in draws
            }
        return {"image": images, **draws}
