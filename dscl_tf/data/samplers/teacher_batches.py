"""Batches of fine-tuning with a mean teacher."""

from typing import Any

import numpy as np

from dscl_tf.augment.draw.paste import draw_paste
from dscl_tf.config.mean_teacher import MeanTeacher
from dscl_tf.data.samplers.batches import Batch, Batches
from dscl_tf.data.samplers.draw_slices import draw_in_turn
from dscl_tf.data.samplers.labelled_batches import LabelledBatches
from dscl_tf.data.samplers.share import Unread
from dscl_tf.data.samplers.slice_table import SliceTable


class TeacherBatches(Batches):
    """Labelled and, in the second phase, as many unlabelled images, and the rectangles to paste.

    Inputs: "labelled" and "unlabelled" as of `LabelledBatches`; "box" (batch, 4) of `draw_paste`;
    in the first phase "partner" (batch,) int32, the image whose rectangle each image gets; "decay"
    and "weight" (batch,) float32, what `MeanTeacher` says of this step. In the second phase images
    i of both halves exchange rectangles. The target is the masks of "labelled", (batch, H, W).

    The first phase, which lasts 100 of 300 steps::

        labelled = LabelledBatches(store, ["001"], config.finetune, seed=1)
        inputs, masks = TeacherBatches(labelled, None, MeanTeacher(), start=100, steps=300)[0]
    """

    def __init__(
        self,
        labelled: LabelledBatches,
        unlabelled: LabelledBatches | None,
        settings: MeanTeacher,
        start: int,
        steps: int,
    ) -> None:
        """Join samplers of as many images each; the seed is that of the first.

        Args:
            labelled: for "partition", its table has the partitions.
            unlabelled: likewise; None in the first phase. Its masks are never read.
            settings: of the teacher.
            start: the steps done when the second phase starts.
            steps: of the run.
        """
        self.labelled, self.unlabelled = labelled, unlabelled
        self.settings, self.start, self.steps = settings, start, steps
        self.seed = labelled.seed

    def plan_step(self, step: int) -> Batch:
        """Draw the batch of a step, its slices `Unread`."""
        inputs, masks = super().plan_step(step)
        values = {"decay": self.settings.decay_at(step)}
        if self.unlabelled:
            values["weight"] = self.settings.weight_at(step, self.start, self.steps)
        return {
            **inputs,
            **{name: np.full(len(masks), value, "float32") for name, value in values.items()},
        }, masks

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch, but for what depends on the step."""
        table = self.labelled.table
        positions = draw_in_turn(rng, table, self.labelled.settings.batch_size)
        inputs: dict[str, Any] = {"labelled": self.labelled.augmented(rng, positions)}
        count, height, width = inputs["labelled"]["image"].shape[:3]
        parts = table.partitions[positions]
        settings = self.settings
        if self.unlabelled:
            probability = float(settings.paste != "none")
            matched = draw_matched(rng, self.unlabelled.table, parts)
            inputs["unlabelled"] = self.unlabelled.augmented(rng, matched)
        else:
            probability = settings.paste_labelled
            inputs["partner"] = draw_partners(rng, parts)
        inputs["box"] = draw_paste(rng, count, height, width, settings.side, probability)
        return inputs, Unread(self.labelled.store.masks, table.indices[positions])


def draw_matched(rng: np.random.Generator, table: SliceTable, partitions: np.ndarray) -> np.ndarray:
    """Draw a slice of any volume for each of `partitions` (batch,), from that partition.

    Volumes follow each other in random order and repeat only after all have had their turn.

    Returns:
        (batch,) positions in the table.
    """
    count, passes = len(partitions), -(-len(partitions) // table.volume_count)
    volumes = np.concatenate([rng.permutation(table.volume_count) for _ in range(passes)])[:count]
    first, stop = (table.starts[volumes, partitions + end] for end in (0, 1))
    return rng.integers(first, stop)


def draw_partners(rng: np.random.Generator, partitions: np.ndarray) -> np.ndarray:
    """Draw for each image another of its partition (batch,), or itself where it has none.

    Returns:
        (batch,) int32, a permutation.
    """
    partners = np.arange(len(partitions), dtype="int32")
    for part in np.unique(partitions):
        images = rng.permutation(np.flatnonzero(partitions == part))
        partners[images] = np.roll(images, 1)
    return partners
