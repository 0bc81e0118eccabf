"""Names of runs: equal where two cells can share a run, different where they cannot."""

import hashlib
import json

from dscl_tf.config import Experiment
from dscl_tf.stages.dependencies import depends_on
from dscl_tf.stages.registry import STAGES


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
    depends = json.dumps([stage, (init, *generators), depends_on(stage, config)], sort_keys=True)
    digest = hashlib.sha256(depends.encode()).hexdigest()[:10]
    return f"{config.name}-{STAGES[stage].command[-1]}-{digest}"
