"""Batches of fine-tuning."""

from typing import Any

import numpy as np

from dscl_tf.augment.draw.mixup import draw_mixup
from dscl_tf.config import Finetune
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_in_turn
from dscl_tf.data.samplers.share import Unread


class LabelledBatches(SliceBatches):
    """Slices with masks for fine-tuning; the target is the masks, (batch, H, W) uint8 labels.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.store import phantom_store
    >>> config = load_config("phantom")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=2)
    ...     inputs, masks = LabelledBatches(store, ["001"], config.finetune, seed=1)[0]
    ...     inputs["image"].shape, masks.shape
    ((20, 64, 64, 1), (20, 64, 64))
    """

    settings: Finetune

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch; with Mixup, also which two images make each mixed one."""
        positions, inputs = self.draw_inputs(rng)
        return inputs, Unread(self.store.masks, self.table.indices[positions])

    def draw_inputs(self, rng: np.random.Generator) -> tuple[np.ndarray, dict[str, Any]]:
        """Draw a batch without its masks: positions in the table, (batch,), and the inputs."""
        count = self.settings.batch_size
        positions = draw_in_turn(rng, self.table, count)
        inputs = self.augmented(rng, positions)
        if self.settings.mixup:
            partners, weight = draw_mixup(rng, count, count, self.settings.mixup.alpha)
            inputs |= {"mixup_partners": partners, "mixup_weight": weight}
        return positions, inputs
