"""Pre-training: the contrastive stages, and the pretext tasks they are compared with."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from dscl_tf.config.augmentation import Augmentation, Intensity
from dscl_tf.config.section import Count, Positive, Share
from dscl_tf.config.training import Stage, Training


class Watched(Training):
    """Training that is watched on a fixed set of slices.

    Every `health_every` steps they are measured; 0 or null switches that and its figures off.
    """

    health_every: Annotated[int, Field(ge=0)] | None = 200


class Contrastive(Watched):
    """Training that watches the health of its representation: cosines, rank and retrieval.

    `stop_on_collapse` ends a run that learns nothing.
    """

    stop_on_collapse: bool = True


class Pretrain(Stage, Contrastive):
    """What the two contrastive stages share."""


class PretrainGlobal(Pretrain):
    """Global contrastive pre-training of the encoder.

    `strategy`: GR contrasts every slice with all others, GD- only with slices of other
    partitions, GD also pulls together slices of one partition across volumes. `first_view`: whether
    the first of a slice's two views is augmented like the second or the slice as it is.
    """

    strategy: Literal["GR", "GD-", "GD"] = "GD"
    partitions: Annotated[int, Field(ge=2)] = 4
    temperature: Positive = 0.1
    first_view: Literal["augmented", "original"] = "augmented"
    augmentation: Augmentation = Augmentation(crop=(100 / 192, 100 / 192), intensity=Intensity())

    @model_validator(mode="after")
    def _batch_holds_a_positive_pair(self) -> "PretrainGlobal":
        if self.batch_size % 2:
            raise ValueError(f"batch_size must be even (two views a slice), got {self.batch_size}")
        least = 4 if self.strategy == "GR" else 4 * self.partitions
        if self.batch_size < least:
            raise ValueError(
                f"batch_size must be at least {least} with strategy {self.strategy} and "
                f"{self.partitions} partitions, so that it holds positive pairs and negatives, "
                f"got {self.batch_size}"
            )
        return self


class PretrainLocal(Pretrain):
    """Local contrastive pre-training of the first `decoder_blocks` blocks of the decoder.

    `strategy`: LR matches a region with the same region of the slice's other view, LD also with
    that of slices of the same partition (of `partitions`) in other volumes. `encoder_statistics`:
    whether the frozen encoder's batch normalisation uses the statistics of the batch (and goes on
    averaging them) or the moving ones it was handed.
    """

    strategy: Literal["LR", "LD"] = "LR"
    partitions: Annotated[int, Field(ge=2)] = 4
    decoder_blocks: Count = 3
    regions: Literal[4, 5, 9, 13, 16, 25] = 13
    region_size: Annotated[int, Field(ge=1)] = 3
    negatives: Count | Literal["all"] = 5
    temperature: Positive = 0.1
    encoder_statistics: Literal["batch", "moving"] = "batch"
    augmentation: Augmentation = Augmentation(intensity=Intensity())

    @property
    def partitions_sampled(self) -> int:
        """Number of parts that volumes are cut into: L^R does not cut them."""
        return self.partitions if self.strategy == "LD" else 1

    @model_validator(mode="after")
    def _batch_holds_a_positive_pair(self) -> "PretrainLocal":
        if self.batch_size % 2:
            raise ValueError(f"batch_size must be even (two views a slice), got {self.batch_size}")
        if self.strategy == "LD" and self.batch_size < 4 * self.partitions:
            raise ValueError(
                f"batch_size must be at least {4 * self.partitions} with strategy LD and "
                f"{self.partitions} partitions, so that it holds two volumes, "
                f"got {self.batch_size}"
            )
        if self.augmentation.crop or self.augmentation.affine or self.augmentation.elastic:
            raise ValueError(
                "augmentation must be intensity or colour alone: the two views of a region match "
                "by position"
            )
        if self.negatives != "all" and self.negatives >= self.regions:
            raise ValueError(
                f"negatives must be fewer than regions ({self.regions}), got {self.negatives}"
            )
        return self


class PretrainJoint(Contrastive):
    """Global and local pre-training at once: L_net = L_g + lambda_l L_l (supplement 3.4).

    What each loss does is told by `pretrain_global` and `pretrain_local`, steps and batch size
    excepted. Half of a batch's rows go to each loss: the global one wants crops, which the local
    one, matching regions by position, cannot take. The encoder sees all of them in one pass and
    is updated by both losses.
    """

    lambda_l: Positive = 1.0

    @model_validator(mode="after")
    def _halves_hold_two_views(self) -> "PretrainJoint":
        if self.batch_size % 4:
            raise ValueError(
                "batch_size must be a multiple of 4 (two losses, two views a slice), "
                f"got {self.batch_size}"
            )
        return self


class PretrainPretext(Stage, Watched):
    """Pre-training by a pretext task, the rivals that the paper compares contrasting with.

    The supplement and the rebuttal say nothing of how these were run, and the released code holds
    none of them; so the tasks are those of their own papers, steps, batch and rate those of the
    paper's stages (supplement 1.2), and the rest is chosen here.

    "rotation" (Gidaris et al. 2018): tell by how many quarter turns a slice was turned; trains the
    encoder. Each row is a slice under one turn, all four turns equally often in a batch; Gidaris
    et al. put all four turns of an image into it.

    "inpainting" (Pathak et al. 2016): restore a box that was set to 0; trains encoder and decoder.
    Squared error on the box alone; their adversarial loss is left out. `box` is the range of the
    box's side as a share of the image's: by default up to a quarter of the area.

    "context-restoration" (Chen et al. 2019): `swaps` times, two patches that lie apart changed
    places; restore the slice; trains encoder and decoder. Squared error on the whole slice. `patch`
    is the range of the patches' side as a share of the image's.

    `augmentation` comes before the task: the target is the augmented slice. By default it is that
    of local pre-training.
    """

    task: Literal["rotation", "inpainting", "context-restoration"] = "rotation"
    box: tuple[Share, Share] = (0.25, 0.5)
    patch: tuple[Share, Share] = (0.05, 0.15)
    swaps: Count = 10
    augmentation: Augmentation = Augmentation(intensity=Intensity())

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
