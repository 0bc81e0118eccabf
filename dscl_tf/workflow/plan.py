"""Which steps lead from volumes to masks under a configuration."""

from dataclasses import dataclass

from dscl_tf.config import Experiment
from dscl_tf.config.experiment import ROW
from dscl_tf.errors import UsageError
from dscl_tf.stages.registry import STAGES

BEFORE = ("prepare", "inspect")
AFTER = ("evaluate", "export", "masks")
STEPS = (*BEFORE, *ROW, *AFTER)
"""The names of all steps there are, in their order."""


@dataclass(frozen=True)
class Plan:
    """The steps of one sequence.

    Attributes:
        steps: their names, in order.
        training: those of them that train.
    """

    steps: tuple[str, ...]
    training: tuple[str, ...]

    def source(self, stage: str) -> str | None:
        """Return the step that a stage starts from: the last before it that it may start from.

        >>> from dscl_tf.config import load_config
        >>> plan = plan_steps(load_config("phantom"))
        >>> plan.source("pretrain_global"), plan.source("pretrain_local"), plan.source("finetune")
        (None, 'pretrain_global', 'pretrain_local')
        """
        before = self.training[: self.training.index(stage)]
        return next((one for one in reversed(before) if one in STAGES[stage].sources), None)


def plan_steps(config: Experiment, until: str | None = None) -> Plan:
    """Return the steps of a configuration.

    It trains the stages that `stages` of the configuration names; without labelled volumes it only
    pre-trains.

    Args:
        config: the configuration.
        until: the last step; None for all.

    Raises:
        UsageError: there are no labelled volumes as `finetune` selects them, or none at all and
            nothing else to train; or `until` is no step of this configuration.

    >>> from dscl_tf.config import load_config
    >>> plan_steps(load_config("phantom"), until="finetune").steps
    ('prepare', 'inspect', 'pretrain_global', 'pretrain_local', 'finetune')
    """
    training: tuple[str, ...] = config.stages
    if training != ("finetune",) and not config.splits.labelled:
        training = tuple(stage for stage in training if stage != "finetune")
    if "finetune" in training:
        config.splits.select(config.finetune.ntr, config.finetune.combination)
    steps = (*BEFORE, *training, *(AFTER if "finetune" in training else ()))
    if until is not None:
        if until not in steps:
            raise UsageError(
                f"`until`: must be a step of {config.name}, {', '.join(steps)}, got {until}"
            )
        steps = steps[: steps.index(until) + 1]
    return Plan(steps, tuple(stage for stage in training if stage in steps))
