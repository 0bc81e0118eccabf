"""Batches of global contrastive pre-training."""

from typing import Any

import numpy as np

from dscl_tf.config import PretrainGlobal
from dscl_tf.data.samplers.batches import VIEWS, Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned
from dscl_tf.data.samplers.positions import check_thresholds, in_millionths


class GlobalBatches(SliceBatches):
    """Two views of each slice; the target says which slice each image shows.

    The first half of a batch are the first views, the second half the second views in the same
    order. The target is (batch, 4) int32: slice, volume, partition, view; for PCL (batch, 5), the
    last the slice's position in its volume in millionths.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.store import phantom_store
    >>> config = load_config("phantom")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=2)
    ...     settings = config.pretrain_global
    ...     batches = GlobalBatches(store, ["001", "002"], settings, seed=1, partitions=4)
    ...     inputs, labels = batches[0]  # of step 0
    ...     inputs["image"].shape, labels.shape
    ((40, 64, 64, 1), (40, 4))
    """

    settings: PretrainGlobal

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """Sample from some volumes; see `SliceBatches`.

        Raises:
            DataError: a volume has fewer slices than partitions, or no slices of the volumes
                attract or none repel each other by PCL's thresholds.
        """
        super().__init__(*arguments, **options)
        if thresholds := self.settings.thresholds:
            check_thresholds(self.table, *thresholds)

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch: different slices, for G^D and G^D- one per partition of some volumes."""
        count = self.settings.batch_size // VIEWS
        scattered = self.settings.strategy in ("GR", "PCL")
        choose = draw_distinct if scattered else draw_partitioned
        positions = np.tile(choose(rng, self.table, count), VIEWS)  # (batch,)
        labels = [
            self.table.indices[positions],
            self.table.volumes[positions],
            self.table.partitions[positions],
            np.repeat(np.arange(VIEWS), count),
        ]
        if self.settings.thresholds:
            labels.append(in_millionths(self.table.heights[positions]))
        inputs = self.augmented(rng, positions)
        restored = self.original and self.settings.strategy == "GD"
        if restored or self.settings.first_view == "original":
            inputs["augmented"] = labels[3] > 0
        return inputs, np.stack(labels, axis=1).astype("int32")
