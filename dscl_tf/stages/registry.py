"""The stages, one declaration each: what the rest of the package must know of a stage.

A new stage takes three things: a section of the configuration in `dscl_tf.config`, a function in
this package, and an entry in this table. See CONTRIBUTING.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from dscl_tf.config import Experiment


@dataclass(frozen=True)
class Stage:
    """What a stage is.

    >>> STAGES["pretrain_local"].sources
    ('pretrain_global',)
    >>> STAGES["pretrain_local"].command
    ('pretrain', 'local')

    Attributes:
        name: the name of the stage and of its section of the configuration.
        function: "module:function", imported when the stage runs. The function takes the run, the
            slice store and the run to start from, or None.
        sources: the stages whose weights it may start from.
        random_start: whether it starts from random weights where no source is found; a stage
            without sources always does.
        sections: the other sections of the configuration that its result depends on.
        labelled: whether it learns from the labelled volumes that `finetune` selects.
        decoder_blocks: how many decoder blocks it trains under a configuration, which a later
            stage takes together with the encoder; None if a later stage takes nothing from it.
    """

    name: str
    function: str
    sources: tuple[str, ...] = ()
    random_start: bool = False
    sections: tuple[str, ...] = ()
    labelled: bool = False
    decoder_blocks: Callable[[Experiment], int] | None = None

    @property
    def command(self) -> tuple[str, ...]:
        """The words of `dscl-tf` that run it, such as ("pretrain", "global")."""
        kind, _, rest = self.name.partition("_")
        return (kind, rest) if rest else (kind,)

    def load(self) -> Callable[..., None]:
        """Import and return its function."""
        module, _, function = self.function.partition(":")
        return getattr(import_module(module), function)

    def settings(self, config: Experiment) -> Any:
        """Return its section of a configuration."""
        return getattr(config, self.name)

    def transferred_blocks(self, config: Experiment) -> int:
        """Return how many decoder blocks a later stage takes from a run with `config`.

        Raises:
            ValueError: a later stage takes nothing from this one.
        """
        if self.decoder_blocks is None:
            raise ValueError(f"{self.name}: no later stage starts from its weights")
        return self.decoder_blocks(config)


def _blocks_of_local(config: Experiment) -> int:
    return config.pretrain_local.decoder_blocks


def _blocks_of_pretext(config: Experiment) -> int:
    return 0 if config.pretrain_pretext.task == "rotation" else config.model.decoder_blocks


_STAGES = (
    Stage(
        "pretrain_global",
        "dscl_tf.stages.pretrain_global:pretrain_global",
        decoder_blocks=lambda config: 0,
    ),
    Stage(
        "pretrain_joint",
        "dscl_tf.stages.pretrain_joint:pretrain_joint",
        sections=("pretrain_global", "pretrain_local"),
        decoder_blocks=_blocks_of_local,
    ),
    Stage(
        "pretrain_pretext",
        "dscl_tf.stages.pretrain_pretext:pretrain_pretext",
        decoder_blocks=_blocks_of_pretext,
    ),
    Stage(
        "pretrain_local",
        "dscl_tf.stages.pretrain_local:pretrain_local",
        sources=("pretrain_global",),
        decoder_blocks=_blocks_of_local,
    ),
    Stage(
        "pretrain_augmentation",
        "dscl_tf.stages.pretrain_augmentation:pretrain_augmentation",
        labelled=True,
    ),
    Stage(
        "finetune",
        "dscl_tf.stages.finetune:finetune",
        sources=("pretrain_global", "pretrain_joint", "pretrain_local", "pretrain_pretext"),
        random_start=True,
        labelled=True,
    ),
)

STAGES = {stage.name: stage for stage in _STAGES}
"""The stages by name, each after those that it may start from."""

PRETRAINING = tuple(stage.name for stage in _STAGES if stage.decoder_blocks)
"""The names of the stages whose weights a later stage may start from."""
