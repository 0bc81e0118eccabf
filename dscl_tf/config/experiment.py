"""The whole configuration."""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from dscl_tf.config.data import Data
from dscl_tf.config.finetuning import Finetune
from dscl_tf.config.learned_augmentation import PretrainAugmentation
from dscl_tf.config.model import Model
from dscl_tf.config.pretext import PretrainPretext
from dscl_tf.config.pretraining import (
    PretrainGlobal,
    PretrainJoint,
    PretrainLocal,
    Watched,
)
from dscl_tf.config.runtime import Runtime
from dscl_tf.config.section import Section
from dscl_tf.config.splits import Splits
from dscl_tf.config.training import Stage

RowStage = Literal["pretrain_global", "pretrain_local", "finetune"]
ROW: tuple[RowStage, ...] = ("pretrain_global", "pretrain_local", "finetune")


class Experiment(Section):
    """The whole configuration: a section for the data, the model and each stage.

    >>> from dscl_tf.config import load_config
    >>> config = load_config("phantom")
    >>> config.name, config.grid_multiple == 2**config.model.decoder_blocks
    ('phantom', True)
    """

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    """The experiment's name, from which the default names of its store and runs are made: letters,
    digits, dots, underscores and hyphens, the first a letter or digit."""

    compat: Literal["original"] | None = None
    """With "original", pre-training makes the choices of the authors' released code: the first view
    in G^D is the slice as it is; a view of a batch has one brightness and one contrast; the local
    loss has the listed regions and neighbours in place of `negatives`; L^D matches one way only,
    with the first four neighbours. Null makes the choices that the
    documentation (docs/concepts/differences.md) explains."""

    data: Data
    """How volumes become slices on the training grid."""

    splits: Splits
    """Which volumes train, select and test a model. In a YAML file it may be the name of shipped
    splits, or of another YAML file (`mine-splits.yaml`, in the same folder) with the lists
    `unlabelled`, `train`, `validation` and `test`, or with all that stands here."""

    stages: Annotated[tuple[RowStage, ...], Field(min_length=1)] = Field(ROW, exclude=True)
    """Which stages `dscl-tf run` runs, in the order of the default. Runs and stores do not keep
    it."""

    model: Model = Model()
    """The network."""

    pretrain_global: PretrainGlobal = PretrainGlobal()
    """Global contrastive pre-training."""

    pretrain_local: PretrainLocal = PretrainLocal()
    """Local contrastive pre-training."""

    pretrain_joint: PretrainJoint = PretrainJoint()
    """Global and local contrastive pre-training at once."""

    pretrain_pretext: PretrainPretext = PretrainPretext()
    """Pre-training by a pretext task, a baseline."""

    pretrain_augmentation: PretrainAugmentation = PretrainAugmentation()
    """Training of the generators that augment fine-tuning."""

    finetune: Finetune = Finetune()
    """Supervised training on the labelled volumes."""

    runtime: Runtime = Runtime()
    """How training executes."""

    @field_validator("stages")
    @classmethod
    def _stages_are_in_order(cls, value: tuple[RowStage, ...]) -> tuple[RowStage, ...]:
        if list(value) != [stage for stage in ROW if stage in value]:
            raise ValueError(f"must be some of {', '.join(ROW)}, in this order, got {list(value)}")
        return value

    @model_validator(mode="before")
    @classmethod
    def _network_takes_the_channels(cls, tree: Any) -> Any:
        """Where nothing else says so, the network has as many channels as `data.channels` lists."""
        if not isinstance(tree, dict):
            return tree
        data, model = tree.get("data"), tree.get("model", {})
        listed = data.get("channels") if isinstance(data, dict) else None
        if not isinstance(listed, list | dict | tuple) or not isinstance(model, dict):
            return tree
        return {**tree, "model": {"channels": max(1, len(listed)), **model}}

    @model_validator(mode="after")
    def _parts_fit_together(self) -> "Experiment":
        multiple = self.grid_multiple
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
        if self.compat and self.pretrain_local.views != "aligned":
            raise ValueError(
                "pretrain_local.views: must be aligned with compat original, "
                f"got {self.pretrain_local.views}"
            )
        self._check_anchors()
        self._check_pictures()
        self._check_shifts()
        report = self.runtime.report_every
        reported = {"finetune.validate_every": self.finetune.validate_every}
        for name, section in self:
            if isinstance(section, Watched):
                reported[f"{name}.health_every"] = section.health_every or 0
        for key, every in reported.items():
            if every % report:
                raise ValueError(
                    f"{key}: must be a multiple of runtime.report_every ({report}), got {every}"
                )
        if self_training := self.finetune.self_training:
            self_training.starts(self.finetune.steps, self.finetune.validate_every)
        return self

    @property
    def grid_multiple(self) -> int:
        """Of which both sides of the training grid must be multiples, as the network pools."""
        return 2**self.model.decoder_blocks

    @property
    def slice_partitions(self) -> int:
        """Number of partitions of a volume for the global loss; a picture has one."""
        return 1 if self.data.pictures else self.pretrain_global.partitions

    def _check_shifts(self) -> None:
        sides = zip(self.data.grid, self.data.spacing, strict=True)
        least = min(side * spacing for side, spacing in sides)
        for name, section in self:
            wide = getattr(getattr(section, "augmentation", None), "wide", None)
            if wide and wide.shift and wide.shift.distance >= least:
                raise ValueError(
                    f"{name}.augmentation.wide.shift.distance: must be below the shorter side of "
                    f"an image, {least:g} {self.data.unit}, got {wide.shift.distance:g}"
                )

    def _check_anchors(self) -> None:
        components = self.finetune.components
        named = {*components.near, *components.near.values()} if components else set()
        if unknown := sorted(named - set(self.data.classes)):
            raise ValueError(
                f"finetune.components.near: classes must be in data.classes "
                f"({', '.join(map(str, self.data.classes))}), got {unknown[0]}"
            )

    def _check_pictures(self) -> None:
        layout = f"data.layout {self.data.layout}"
        if self.model.channels != self.data.channel_count:
            given = layout if self.data.channels is None else "that many data.channels"
            raise ValueError(
                f"model.channels: must be {self.data.channel_count} with {given}, "
                f"got {self.model.channels}"
            )
        for key, strategy, random in (
            ("pretrain_global", self.pretrain_global.strategy, "GR"),
            ("pretrain_local", self.pretrain_local.strategy, "LR"),
        ):
            if self.data.pictures and strategy != random:
                raise ValueError(
                    f"{key}.strategy: must be {random} with {layout}, since {strategy} contrasts "
                    f"{'positions in' if strategy == 'PCL' else 'partitions of'} volumes and a "
                    "picture has none"
                )
        for name, section in self:
            if (
                isinstance(section, Stage)
                and section.augmentation.colour
                and not self.data.pictures
            ):
                raise ValueError(f"{name}.augmentation.colour: must be null with {layout}, not RGB")
