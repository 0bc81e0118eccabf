"""Contrastive pre-training: global, local and joint."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from dscl_tf.config.augmentation import Augmentation, Intensity
from dscl_tf.config.motion import Motion
from dscl_tf.config.section import Count, Positive
from dscl_tf.config.training import Stage, Watched
from dscl_tf.text import counted

Inside = Annotated[float, Field(gt=0, lt=1)]


class Contrastive(Watched):
    """Training that measures the health of its representation: cosines, rank and retrieval.

    >>> Contrastive(stop_on_collapse=False).health_every
    200
    """

    stop_on_collapse: bool = True
    """Whether to end a run that learns nothing: all embeddings are equal, or the loss stays at its
    chance value."""


class Pretrain(Stage, Contrastive):
    """What the two contrastive stages have in common.

    >>> Pretrain(steps=500, augmentation=Augmentation(intensity=Intensity())).stop_on_collapse
    True
    """


class PretrainGlobal(Pretrain):
    """Global contrastive pre-training of the encoder.

    A batch holds two views of each slice; `batch_size` counts the views.

    >>> PretrainGlobal(strategy="GR", batch_size=8).temperature
    0.1
    """

    later: ClassVar[frozenset[str]] = frozenset({"attract_below", "repel_from"})

    strategy: Literal["GR", "GD-", "GD", "PCL"] = "GD"
    """Which pairs the loss compares. GR contrasts every slice with all others, GD- only with slices
    of other partitions; GD also pulls together slices of the same partition in different
    volumes. PCL (Zeng et al., MICCAI 2021) pulls together slices at like positions in their
    volumes, and pushes apart the others."""

    attract_below: Inside = 0.1
    """With PCL, slices attract whose positions differ by less; a position is that of the middle of
    a slice, from 0 to 1 along its volume."""

    repel_from: Inside | None = None
    """With PCL, slices repel whose positions differ by so much or more; slices between the two
    thresholds do neither. Null repels all that do not attract."""

    partitions: Annotated[int, Field(ge=2)] = 4
    """The number of partitions that a volume is cut into, the paper's S. GR and PCL use them only
    to measure how well slices of like height are found."""

    temperature: Positive = 0.1
    """The number that cosines are divided by, the paper's tau."""

    first_view: Literal["augmented", "original"] = "augmented"
    """Whether the first of a slice's two views is augmented like the second, or is the slice as it
    is."""

    augmentation: Augmentation = Augmentation(crop=(100 / 192, 100 / 192), intensity=Intensity())
    """Random changes of each view."""

    @property
    def thresholds(self) -> tuple[float, float] | None:
        """The differences of positions below which PCL attracts and from which it repels."""
        if self.strategy != "PCL":
            return None
        return self.attract_below, self.repel_from or self.attract_below

    @model_validator(mode="after")
    def _thresholds_do_not_cross(self) -> "PretrainGlobal":
        if self.repel_from is not None and self.repel_from < self.attract_below:
            raise ValueError(
                f"repel_from must be at least attract_below ({self.attract_below}), "
                f"got {self.repel_from}"
            )
        return self

    @model_validator(mode="after")
    def _batch_holds_a_positive_pair(self) -> "PretrainGlobal":
        if self.batch_size % 2:
            raise ValueError(f"batch_size must be even (two views a slice), got {self.batch_size}")
        least = 4 if self.strategy in ("GR", "PCL") else 4 * self.partitions
        if self.batch_size < least:
            raise ValueError(
                f"batch_size must be at least {least} with strategy {self.strategy} and "
                f"{counted(self.partitions, 'partition')}, so that it holds positive pairs and "
                f"negatives, got {self.batch_size}"
            )
        return self


class PretrainLocal(Pretrain):
    """Local contrastive pre-training of the first blocks of the decoder, on a frozen encoder.

    A batch holds two views of each slice; `batch_size` counts the views.

    >>> PretrainLocal(regions=9, negatives="all").region_size
    3
    """

    later: ClassVar[frozenset[str]] = frozenset({"views", "motion", "slices_per_volume"})

    strategy: Literal["LR", "LD"] = "LR"
    """Which regions are matched. LR matches a region with the same region of the slice's other
    view, LD also with the same region of slices of the same partition in other volumes."""

    partitions: Annotated[int, Field(ge=2)] = 4
    """The number of partitions that a volume is cut into, the paper's S; only LD uses them."""

    views: Literal["aligned", "moved"] = "aligned"
    """How the two views of a slice lie. "aligned", the paper's: each place is the same in both.
    "moved": each view is moved by `motion`, and regions are matched through it. Then a region is
    also pushed apart from the region at its place in other slices of the batch: with LR in all,
    with LD in those of other partitions."""

    motion: Motion = Motion()
    """How views are moved; not used where they are aligned."""

    slices_per_volume: Count = 10
    """With moved views and LR, how many slices of a volume a batch holds, or all that it has.
    They look more alike than slices of other volumes, so the look of a scan does not solve the
    task. LD draws one of each partition."""

    decoder_blocks: Count = 3
    """How many blocks of the decoder are trained, the paper's l."""

    regions: Literal[4, 5, 9, 13, 16, 25] = 13
    """How many regions are cut from each feature map, the paper's A."""

    region_size: Annotated[int, Field(ge=1)] = 3
    """Rows and columns of a region, in pixels of the feature map."""

    negatives: Count | Literal["all"] = 5
    """How many other regions of the map are negatives of a region: the nearest ones, fewer than
    `regions`; or all of them."""

    temperature: Positive = 0.1
    """The number that cosines are divided by, the paper's tau."""

    encoder_statistics: Literal["batch", "moving"] = "batch"
    """Whether the frozen encoder's batch normalisation uses the statistics of the batch, and keeps
    averaging them, or the moving statistics that were transferred to it."""

    augmentation: Augmentation = Augmentation(intensity=Intensity())
    """Random changes of each view: `intensity` or `colour` alone, since regions are matched by
    their position."""

    @property
    def partitions_sampled(self) -> int:
        """Number of partitions of a volume; L^R has one."""
        return self.partitions if self.strategy == "LD" else 1

    @model_validator(mode="after")
    def _batch_holds_a_positive_pair(self) -> "PretrainLocal":
        if self.batch_size % 2:
            raise ValueError(f"batch_size must be even (two views a slice), got {self.batch_size}")
        if self.strategy == "LD" and self.batch_size < 4 * self.partitions:
            raise ValueError(
                f"batch_size must be at least {4 * self.partitions} with strategy LD and "
                f"{counted(self.partitions, 'partition')}, so that it holds two volumes, "
                f"got {self.batch_size}"
            )
        change = self.augmentation
        if change.crop or change.affine or change.elastic or (change.wide and change.wide.moves):
            raise ValueError(
                "augmentation must be intensity or colour alone, or wide without scale, stretch, "
                "rotation and shift: the two views of a region match by position"
            )
        if self.negatives != "all" and self.negatives >= self.regions:
            raise ValueError(
                f"negatives must be fewer than regions ({self.regions}), got {self.negatives}"
            )
        return self


class PretrainJoint(Contrastive):
    """Global and local pre-training at once: L_net = L_g + lambda_l L_l (supplement 3.4).

    The settings of the two losses are those of `pretrain_global` and `pretrain_local`, except steps
    and batch size. Half of a batch's images go to each loss: the global loss needs crops, which the
    local loss cannot use, since it matches regions by position, or by a motion of its own. The
    encoder sees all images in one pass and is updated by both losses.

    >>> PretrainJoint(lambda_l=0.5).batch_size % 4
    0
    """

    lambda_l: Positive = 1.0
    """The weight of the local loss."""

    @model_validator(mode="after")
    def _halves_hold_two_views(self) -> "PretrainJoint":
        if self.batch_size % 4:
            raise ValueError(
                "batch_size must be a multiple of 4 (two losses, two views a slice), "
                f"got {self.batch_size}"
            )
        return self
