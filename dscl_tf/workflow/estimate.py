"""How long the training that is still to come takes, beside the stage that runs now."""

from dscl_tf.config import Experiment
from dscl_tf.stages.registry import STAGES

# Seconds of a step of 40 images at the paper's sizes (benchmarks/results/step_time-2026-11-22.md);
# only their proportion counts.
COST = {"pretrain_global": 1.09, "pretrain_local": 1.31, "finetune": 3.89}


def later_steps(config: Experiment, stage: str, after: tuple[str, ...]) -> float:
    """Return how long the stages `after` take, in steps of `stage`; 0 where that is unknown.

    >>> from dscl_tf.config import load_config
    >>> round(later_steps(load_config("phantom"), "pretrain_local", ("finetune",)))
    891
    """
    if not {stage, *after} <= COST.keys():
        return 0.0
    return sum(_cost(config, one) * _steps(config, one) for one in after) / _cost(config, stage)


def _cost(config: Experiment, stage: str) -> float:
    return COST[stage] * STAGES[stage].settings(config).batch_size


def _steps(config: Experiment, stage: str) -> int:
    return STAGES[stage].settings(config).steps
