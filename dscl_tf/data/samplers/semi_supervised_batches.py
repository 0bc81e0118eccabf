"""Batches of fine-tuning with unlabelled volumes."""

import numpy as np

from dscl_tf.data.samplers.batches import Batch, Batches
from dscl_tf.data.samplers.labelled_batches import LabelledBatches


class SemiSupervisedBatches(Batches):
    """A batch in parts: "labelled" and, where given, "pseudo" and "unlabelled".

    Inputs and target are dictionaries. Each part's inputs are those of `LabelledBatches`; the
    targets "labelled" and "pseudo" are masks (batch, H, W). With unlabelled images there are two
    more targets: "discriminator" (labelled + unlabelled images, 1), which is 1 for labelled and 0
    for unlabelled images, and "adversarial" (unlabelled images, 1), all ones: the segmentation
    network is trained so that unlabelled images are taken for labelled ones.

    ::

        labelled = LabelledBatches(store, ["001"], config.finetune, seed=1)
        unlabelled = LabelledBatches(store, ["002", "003"], config.finetune, seed=1)
        inputs, targets = SemiSupervisedBatches(labelled, unlabelled=unlabelled)[0]
    """

    def __init__(
        self,
        labelled: LabelledBatches,
        pseudo: LabelledBatches | None = None,
        unlabelled: LabelledBatches | None = None,
    ) -> None:
        """Join samplers; the seed is that of the first, and its draws come first.

        Of `unlabelled` the masks are never read.
        """
        self.supervised = {"labelled": labelled} | ({"pseudo": pseudo} if pseudo else {})
        self.unlabelled = unlabelled
        self.seed = labelled.seed

    def plan(self, rng: np.random.Generator) -> Batch:
        """Draw one batch of each part, their slices `Unread`."""
        drawn = {name: part.plan(rng) for name, part in self.supervised.items()}
        inputs = {name: part[0] for name, part in drawn.items()}
        targets = {name: part[1] for name, part in drawn.items()}
        if self.unlabelled:
            positions, inputs["unlabelled"] = self.unlabelled.draw_inputs(rng)
            true = np.ones((len(targets["labelled"]), 1), "float32")
            other = np.ones((len(positions), 1), "float32")
            targets["adversarial"] = other
            targets["discriminator"] = np.concatenate([true, 0 * other])
        return inputs, targets
