"""Names of runs: equal where two cells can share a run, different where they cannot."""

import hashlib
import json
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.stages.registry import STAGES

# The sections that every stage depends on, beside its own and those that it declares.
COMMON_SECTIONS = ("compat", "data", "model", "runtime")


def run_name(
    stage: str, config: Experiment, init: str | None = None, generators: tuple[str, ...] = ()
) -> str:
    """Return a run's name: experiment, stage, and a hash of all that its result depends on.

    Args:
        stage: a key of the registry's `STAGES`.
        config: the resolved configuration; keys of other stages do not change the name.
        init: name of the run it starts from, or None.
        generators: names of the runs whose generators augment it.

    >>> from dscl_tf.config.files import load_config
    >>> run_name("pretrain_global", load_config("phantom"))
    'phantom-global-825fdcba0c'
    >>> run_name("pretrain_global", load_config("phantom", ["finetune.steps=7"]))
    'phantom-global-825fdcba0c'
    """
    depends = json.dumps([stage, (init, *generators), _depends_on(stage, config)], sort_keys=True)
    digest = hashlib.sha256(depends.encode()).hexdigest()[:10]
    return f"{config.name}-{STAGES[stage].command[-1]}-{digest}"


def _depends_on(stage: str, config: Experiment) -> dict[str, Any]:
    """Return the part of a configuration that the result of a stage depends on."""
    tree = config.model_dump(mode="json")
    declared = STAGES[stage]
    depends = {key: tree[key] for key in (*COMMON_SECTIONS, stage, *declared.sections)}
    depends |= {key: tree["splits"][key] for key in ("unlabelled", "test")}
    if declared.labelled:
        chosen = config.splits.select(config.finetune.ntr, config.finetune.combination)
        depends["labelled"] = chosen.model_dump(mode="json")
        depends["loss"] = {key: tree["finetune"][key] for key in ("loss", "dice_epsilon")}
    return depends
