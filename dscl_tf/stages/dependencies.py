"""Which part of a configuration the result of a stage depends on."""

from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.stages.registry import STAGES

# The sections that every stage depends on, beside its own and those that it declares.
COMMON_SECTIONS = ("compat", "data", "model", "runtime")


def depends_on(stage: str, config: Experiment) -> dict[str, Any]:
    """Return the part of a configuration that the result of a stage depends on.

    Args:
        stage: a key of the registry's `STAGES`.
        config: the resolved configuration.

    Returns:
        JSON values: whole sections, the ids of volumes, and `labelled` and `loss` of a stage that
        learns from labels.

    >>> from dscl_tf.config import load_config
    >>> one, other = load_config("phantom"), load_config("phantom", ["finetune.steps=7"])
    >>> depends_on("pretrain_global", one) == depends_on("pretrain_global", other)
    True
    """
    tree = config.model_dump(mode="json")
    declared = STAGES[stage]
    depends = {key: tree[key] for key in (*COMMON_SECTIONS, stage, *declared.sections)}
    depends |= {key: tree["splits"][key] for key in ("unlabelled", "test")}
    if declared.labelled:
        chosen = config.splits.select(config.finetune.ntr, config.finetune.combination)
        depends["labelled"] = chosen.model_dump(mode="json")
        depends["loss"] = {key: tree["finetune"][key] for key in ("loss", "dice_epsilon")}
    return depends
