"""Batches of local contrastive pre-training."""

import numpy as np

from dscl_tf.config import PretrainLocal
from dscl_tf.data.samplers.batches import VIEWS, Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned
from dscl_tf.data.samplers.region_pairs import across_views, across_volumes, across_volumes_one_way


class LocalBatches(SliceBatches):
    """Two intensity views of each slice; the target lists the positive pairs.

    The first half of a batch are the first views, the second half the second views in the same
    order. The target is (pairs, 2) int32: the positions in the batch of anchor and positive. L^R
    draws different slices, L^D one slice per partition of different volumes.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> from dscl_tf.data.store import prepare
    >>> config = load_config("phantom")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_phantom(folder, patients=2)
    ...     store = prepare(config, Path(folder), Path(folder, "store"))
    ...     inputs, pairs = LocalBatches(store, ["001", "002"], config.pretrain_local, seed=1)[0]
    ...     inputs["image"].shape, pairs[:3].tolist()
    ((20, 64, 64, 1), [[0, 10], [1, 11], [2, 12]])
    """

    settings: PretrainLocal

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, by the strategy's rule."""
        count = self.settings.batch_size // VIEWS
        if self.settings.strategy == "LR":
            positions = draw_distinct(rng, self.table, count)  # (batch / 2,)
            pairs = across_views(count)
        else:
            positions = draw_partitioned(rng, self.table, count)
            match = across_volumes_one_way if self.original else across_volumes
            pairs = match(self.table.volumes[positions], self.table.partitions[positions])
        return self.augmented(rng, np.tile(positions, VIEWS)), pairs.astype("int32")
