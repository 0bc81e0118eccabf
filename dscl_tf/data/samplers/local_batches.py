"""Batches of local contrastive pre-training."""

import numpy as np

from dscl_tf.augment.draw.motion import between, draw_motion
from dscl_tf.config import PretrainLocal
from dscl_tf.data.samplers.batches import VIEWS, Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_distinct, draw_partitioned, draw_together
from dscl_tf.data.samplers.region_pairs import across_views, across_volumes, across_volumes_one_way


class LocalBatches(SliceBatches):
    """Two views of each slice; the target lists the positive pairs.

    The first half of a batch are the first views, the second half the second views in the same
    order. The target is (pairs, 2) int32: the positions in the batch of anchor and positive. L^R
    draws different slices (with moved views several of each volume), L^D one slice per partition
    of different volumes.

    With moved views there are three more inputs: "matrix" (batch, 2, 3), from a view to its slice;
    "pairs" (pairs, 2) int32; "between" (pairs, 2, 3), from the first view of a pair to the second.
    The target then is (batch, 4) int32 as of `GlobalBatches`: slice, volume, partition, view.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.store import phantom_store
    >>> config = load_config("phantom")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=2)
    ...     inputs, pairs = LocalBatches(store, ["001", "002"], config.pretrain_local, seed=1)[0]
    ...     inputs["image"].shape, pairs[:3].tolist()
    ((20, 64, 64, 1), [[0, 10], [1, 11], [2, 12]])
    """

    settings: PretrainLocal

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, by the strategy's rule."""
        count = self.settings.batch_size // VIEWS
        if self.settings.strategy == "LR":
            positions = self._draw_distinct(rng, count)
            pairs = across_views(count)
        else:
            positions = draw_partitioned(rng, self.table, count)
            match = across_volumes_one_way if self.original else across_volumes
            pairs = match(self.table.volumes[positions], self.table.partitions[positions])
        positions = np.tile(positions, VIEWS)  # (batch,)
        inputs = self.augmented(rng, positions)
        pairs = pairs.astype("int32")
        if self.settings.views == "aligned":
            return inputs, pairs
        height, width = inputs["image"].shape[1:3]
        motion = draw_motion(rng, len(positions), height, width, self.settings.motion)
        inputs["matrix"] = motion
        inputs |= {"pairs": pairs, "between": between(motion, pairs)}
        labels = (
            self.table.indices[positions],
            self.table.volumes[positions],
            self.table.partitions[positions],
            np.repeat(np.arange(VIEWS), count),
        )
        return inputs, np.stack(labels, axis=1).astype("int32")

    def _draw_distinct(self, rng: np.random.Generator, count: int) -> np.ndarray:
        """Draw slices of any partition, (batch / 2,); for moved views several of a volume."""
        if self.settings.views == "aligned":
            return draw_distinct(rng, self.table, count)
        return draw_together(rng, self.table, count, self.settings.slices_per_volume)
