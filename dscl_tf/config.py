"""The experiment configuration: one typed, validated tree.

It describes a whole experiment: data, splits, model, the stages. `dscl_tf.config_files` reads it
from YAML and writes it.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from dscl_tf.errors import UsageError

Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(gt=0, le=1)]
Probability = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Range = tuple[float, float]
VolumeIds = tuple[str, ...]


class Section(BaseModel):
    """A part of the configuration: immutable, and unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class BiasCorrection(Section):
    """N4 bias-field correction; the defaults are the paper's parameters."""

    threshold: Positive = 0.001
    iterations: tuple[Count, ...] = (50, 50, 50, 50)
    shrink_factor: Count = 1


class Data(Section):
    """How volumes become slices on the training grid.

    `spacing` is in mm and `grid` in pixels, both (rows, columns). `classes` maps the label values
    in the files to names; label 0 is the background and is not listed.
    """

    layout: Literal["acdc", "phantom"] = "acdc"
    classes: dict[Annotated[int, Field(ge=1, le=255)], str]
    spacing: tuple[Positive, Positive]
    grid: tuple[Count, Count]
    percentiles: Range = (1.0, 99.0)
    bias_correction: BiasCorrection | None = None

    @field_validator("classes")
    @classmethod
    def _labels_are_contiguous(cls, value: dict[int, str]) -> dict[int, str]:
        if sorted(value) != list(range(1, len(value) + 1)):
            raise ValueError(f"labels must be 1, 2, ... without gaps, got {sorted(value)}")
        return value

    @field_validator("percentiles")
    @classmethod
    def _percentiles_ascend(cls, value: Range) -> Range:
        if not 0 <= value[0] < value[1] <= 100:
            raise ValueError(f"must be two ascending values in [0, 100], got {list(value)}")
        return value

    @property
    def class_count(self) -> int:
        """Number of classes with the background."""
        return len(self.classes) + 1


class Combination(Section):
    """The labelled volumes of one fine-tuning experiment and the volumes that select its model."""

    train: VolumeIds
    validation: VolumeIds


class Splits(Section):
    """Volume ids: `unlabelled` for pre-training, `labelled[ntr][combination]`, and `test`."""

    unlabelled: VolumeIds
    labelled: dict[Count | Literal["all"], dict[str, Combination]]
    test: VolumeIds

    @model_validator(mode="after")
    def _sets_are_disjoint(self) -> "Splits":
        _forbid_overlap("unlabelled", self.unlabelled, "test", self.test)
        for ntr, combinations in self.labelled.items():
            for name, combination in combinations.items():
                where = f"labelled.{ntr}.{name}"
                train, validation = combination.train, combination.validation
                _forbid_overlap(f"{where}.train", train, f"{where}.validation", validation)
                _forbid_overlap(f"{where}.train", train, "test", self.test)
                _forbid_overlap(f"{where}.validation", validation, "test", self.test)
        return self

    def select(self, ntr: int | str, combination: str) -> Combination:
        """Return the labelled volumes named by `--ntr` and `--combination`.

        Raises:
            UsageError: there is no such entry; the message lists those that exist.
        """
        if ntr not in self.labelled:
            known = ", ".join(str(key) for key in self.labelled)
            raise UsageError(f"finetune.ntr: must be one of {known}, got {ntr}")
        if combination not in self.labelled[ntr]:
            known = ", ".join(self.labelled[ntr])
            raise UsageError(
                f"finetune.combination: with ntr {ntr} must be one of {known}, got {combination}"
            )
        return self.labelled[ntr][combination]


def _forbid_overlap(name: str, ids: VolumeIds, other_name: str, other_ids: VolumeIds) -> None:
    if common := sorted(set(ids) & set(other_ids)):
        raise ValueError(f"{name} and {other_name} must not share volumes, both hold {common}")


class Model(Section):
    """The U-Net and its projection heads (supplement 1.1; see the README for paper versus code)."""

    channels: Count = 1
    filters: tuple[Count, ...] = (16, 32, 64, 128, 128, 128)
    projection_hidden: Count = 1024
    projection_size: Count = 128
    batch_norm_momentum: Probability = 0.99
    batch_norm_epsilon: Positive = 1e-3

    @field_validator("filters")
    @classmethod
    def _at_least_two_levels(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if len(value) < 2:
            raise ValueError(f"must name the filters of two or more levels, got {list(value)}")
        return value

    @property
    def decoder_blocks(self) -> int:
        """Number of 2x poolings in the encoder, and so of blocks in the full decoder."""
        return len(self.filters) - 1


class Affine(Section):
    """Per image one of `choices`: rotate, scale, flip (left-right), rotate45 (k x 45 deg), none."""

    choices: tuple[Literal["rotate", "scale", "flip", "rotate45", "none"], ...] = (
        "rotate",
        "scale",
        "flip",
        "rotate45",
        "none",
    )
    rotation: Annotated[float, Field(ge=0, le=180)] = 15.0  # degrees either way
    scale: tuple[Positive, Positive] = (0.95, 1.05)


class Elastic(Section):
    """A coarse grid of normal displacements, enlarged bicubically; `sigma` in training pixels."""

    probability: Probability = 0.5
    grid: Annotated[int, Field(ge=2)] = 3
    sigma: Positive = 5.0


class Intensity(Section):
    """Contrast about the image mean, then brightness, then an optional clip to `clip`."""

    probability: Probability = 1.0
    brightness: Annotated[float, Field(ge=0)] = 0.3
    contrast: tuple[Positive, Positive] = (0.7, 1.3)
    clip: Range | None = (0.0, 1.5)


class Augmentation(Section):
    """Random changes of an image, each drawn per image; null switches one off.

    `crop` is the range of the side of the window that is cut out and enlarged, as a share of the
    image's side.
    """

    crop: tuple[Share, Share] | None = None
    affine: Affine | None = None
    elastic: Elastic | None = None
    intensity: Intensity | None = None


class Mixup(Section):
    """Mixup (Zhang et al. 2018): the mixing weight is drawn from Beta(alpha, alpha)."""

    alpha: Positive = 0.1


class Training(Section):
    """What all training has: Adam with a schedule counted in steps."""

    steps: Count = 10_000
    batch_size: Count = 40
    learning_rate: Positive = 1e-3
    schedule: Literal["constant", "cosine"] = "constant"


class Stage(Training):
    """Training on images that the stage itself says how to augment."""

    augmentation: Augmentation


class Pretrain(Stage):
    """What the contrastive stages share: they watch the health of their representation.

    Every `health_every` steps cosines, rank and retrieval are measured on a fixed set of slices;
    0 or null switches that and its figures off. `stop_on_collapse` ends a run that learns nothing.
    """

    health_every: Annotated[int, Field(ge=0)] | None = 200
    stop_on_collapse: bool = True


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
                "augmentation must be intensity alone: the two views of a region match by position"
            )
        if self.negatives != "all" and self.negatives >= self.regions:
            raise ValueError(
                f"negatives must be fewer than regions ({self.regions}), got {self.negatives}"
            )
        return self


class PretrainJoint(Training):
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


class Finetune(Stage):
    """Supervised training of the whole U-Net on `ntr` labelled volumes."""

    ntr: Count | Literal["all"] = 1
    combination: str = "c1"
    loss: Literal["dice", "cross_entropy"] = "dice"
    dice_epsilon: Positive = 1e-10
    mixup: Mixup | None = None
    validate_every: Count = 100
    augmentation: Augmentation = Augmentation(
        affine=Affine(),
        elastic=Elastic(),
        intensity=Intensity(probability=0.5, brightness=0.1, contrast=(0.8, 1.2), clip=None),
    )


class Runtime(Section):
    """How training executes. It changes speed and rounding, not the method.

    `jit_compile`: whether XLA compiles the step; "auto" is Keras's choice, on but for TensorFlow
    on a CPU. `report_every`, `checkpoint_every`: steps between metrics rows, between checkpoints.
    """

    seed: Annotated[int, Field(ge=0)] = 1
    precision: Literal["float32", "mixed_bfloat16", "mixed_float16"] = "float32"
    jit_compile: bool | Literal["auto"] = "auto"
    report_every: Count = 50
    checkpoint_every: Count = 250

    @model_validator(mode="after")
    def _checkpoints_fall_on_reports(self) -> "Runtime":
        if self.checkpoint_every % self.report_every:
            raise ValueError(
                f"checkpoint_every must be a multiple of report_every ({self.report_every}), "
                f"got {self.checkpoint_every}"
            )
        return self


class Experiment(Section):
    """The whole configuration.

    `compat: original` restores choices of the authors' released code in pre-training: the first
    view in G^D is the slice as it is; one brightness and one contrast for each view of a batch;
    the listed regions and neighbours of the local loss in place of `negatives`; L^D one way only,
    with the first four neighbours.
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    compat: Literal["original"] | None = None
    data: Data
    splits: Splits
    model: Model = Model()
    pretrain_global: PretrainGlobal = PretrainGlobal()
    pretrain_local: PretrainLocal = PretrainLocal()
    pretrain_joint: PretrainJoint = PretrainJoint()
    finetune: Finetune = Finetune()
    runtime: Runtime = Runtime()

    @model_validator(mode="after")
    def _parts_fit_together(self) -> "Experiment":
        multiple = 2**self.model.decoder_blocks
        if any(side % multiple for side in self.data.grid):
            raise ValueError(
                f"data.grid: both sides must be multiples of {multiple} "
                f"(2^{self.model.decoder_blocks} poolings), got {list(self.data.grid)}"
            )
        if self.pretrain_local.decoder_blocks > self.model.decoder_blocks:
            raise ValueError(
                "pretrain_local.decoder_blocks: must be at most "
                f"{self.model.decoder_blocks}, got {self.pretrain_local.decoder_blocks}"
            )
        report = self.runtime.report_every
        for key, every in (
            ("finetune.validate_every", self.finetune.validate_every),
            ("pretrain_global.health_every", self.pretrain_global.health_every),
            ("pretrain_local.health_every", self.pretrain_local.health_every),
        ):
            if every and every % report:
                raise ValueError(
                    f"{key}: must be a multiple of runtime.report_every ({report}), got {every}"
                )
        return self
