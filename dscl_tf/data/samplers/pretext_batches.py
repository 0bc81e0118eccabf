"""Batches for the pretext tasks."""

import numpy as np

from dscl_tf.augment.draw.affine import compose
from dscl_tf.augment.draw.box import draw_boxes
from dscl_tf.augment.draw.swap import draw_swaps
from dscl_tf.augment.draw.turn import draw_turns, turn_matrices
from dscl_tf.config import PretrainPretext
from dscl_tf.data.samplers.batches import Batch, SliceBatches
from dscl_tf.data.samplers.draw_slices import draw_in_turn


class PretextBatches(SliceBatches):
    """Slices, their augmentation, and the draws of a pretext task.

    Rotation: "matrix" holds the augmentation followed by the turn; the target is the numbers of
    quarter turns, (batch,) int32. Restoration: "box" (batch, 4) or "swaps" (batch, swaps, 6) int32
    are drawn beside the augmentation; the target is the slices before it, (batch, H, W, channels).

    The batch of the first step, of an open store::

        batches = PretextBatches(store, ["001", "002"], config.pretrain_pretext, seed=1)
        inputs, turns = batches[0]
    """

    settings: PretrainPretext

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch; no slice is drawn more than once more often than another."""
        settings = self.settings
        inputs = self.augmented(rng, draw_in_turn(rng, self.table, settings.batch_size))
        images = inputs["image"]
        count, height, width = images.shape[:3]
        if settings.task == "rotation":
            turns = draw_turns(rng, count)
            turn = turn_matrices(turns, height)
            inputs["matrix"] = compose(inputs["matrix"], turn) if "matrix" in inputs else turn
            return inputs, turns
        if settings.task == "inpainting":
            inputs["box"] = draw_boxes(rng, count, height, width, settings.box)
        else:
            inputs["swaps"] = draw_swaps(rng, count, settings.swaps, height, width, settings.patch)
        return inputs, images
