"""Pre-training by pretext tasks, the baselines of contrastive pre-training."""

from typing import Literal

from pydantic import model_validator

from dscl_tf.config.augmentation import Augmentation, Intensity
from dscl_tf.config.section import Count, Share
from dscl_tf.config.training import Stage, Watched


class PretrainPretext(Stage, Watched):
    """Pre-training by a pretext task: the baselines of the paper's contrastive pre-training.

    Supplement and rebuttal do not say how these baselines were run, and the released code has none
    of them. So the tasks are those of their own papers; steps, batch and learning rate are those of
    the paper's stages (supplement 1.2); the rest is chosen here.

    - "rotation" (Gidaris et al. 2018): tell by how many quarter turns a slice was rotated. Trains
      the encoder. Each image is a slice under one of the four rotations, all equally often in a
      batch; Gidaris et al. put all four rotations of an image into it.
    - "inpainting" (Pathak et al. 2016): restore a box that was set to 0. Trains encoder and
      decoder, by the squared error in the box; their adversarial loss is left out.
    - "context-restoration" (Chen et al. 2019): restore a slice in which pairs of patches have
      changed places. Trains encoder and decoder, by the squared error on the whole slice.

    >>> PretrainPretext(task="inpainting").box
    (0.25, 0.5)
    """

    task: Literal["rotation", "inpainting", "context-restoration"] = "rotation"
    """The task."""

    box: tuple[Share, Share] = (0.25, 0.5)
    """Inpainting: the range of the box's side as a share of the image's. By default the box covers
    up to a quarter of the area."""

    patch: tuple[Share, Share] = (0.05, 0.15)
    """Context restoration: the range of the patches' side as a share of the image's, up to 1/3."""

    swaps: Count = 10
    """Context restoration: how many pairs of patches change places. The two of a pair do not
    overlap."""

    augmentation: Augmentation = Augmentation(intensity=Intensity())
    """Random changes before the task, so that the target is the changed slice. By default those of
    local pre-training."""

    @model_validator(mode="after")
    def _tasks_can_be_solved(self) -> "PretrainPretext":
        for name, sides, most in (("box", self.box, 1.0), ("patch", self.patch, 1 / 3)):
            if not sides[0] <= sides[1] <= most:
                raise ValueError(
                    f"{name} must be an ascending range up to {most:.3g}, got {list(sides)}"
                )
        if self.task == "rotation" and self.augmentation.affine:
            raise ValueError(
                "augmentation.affine must be null with task rotation, which tells turns apart"
            )
        return self
