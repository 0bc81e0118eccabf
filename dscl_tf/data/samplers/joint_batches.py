"""Batches for two losses at once."""

import numpy as np

from dscl_tf.data.samplers.batches import Batch, Batches
from dscl_tf.data.samplers.global_batches import GlobalBatches
from dscl_tf.data.samplers.local_batches import LocalBatches


class JointBatches(Batches):
    """A batch for each of two losses; inputs and target are dictionaries "global", "local".

    ::

        slices = GlobalBatches(store, ids, config.pretrain_global, seed=1, partitions=4)
        regions = LocalBatches(store, ids, config.pretrain_local, seed=1, partitions=4)
        inputs, targets = JointBatches(slices, regions)[0]
    """

    def __init__(self, slices: GlobalBatches, regions: LocalBatches) -> None:
        """Join two samplers; the seed is that of the first."""
        self.slices = slices
        self.regions = regions
        self.seed = slices.seed

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch of each, their slices `Unread`."""
        (slices, labels), (regions, pairs) = self.slices.plan(rng), self.regions.plan(rng)
        return {"global": slices, "local": regions}, {"global": labels, "local": pairs}
