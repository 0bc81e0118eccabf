"""One stage of a sequence: begun, gone on with, or done already."""

import logging
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.runs.run import Run
from dscl_tf.stages.launch import run_stage
from dscl_tf.workflow.plan import Plan

logger = logging.getLogger(__name__)


def train_stage(
    stage: str,
    plan: Plan,
    config: Experiment,
    store: SliceStore,
    home: Path,
    begun: Run | None,
    sources: Path | None = None,
) -> Run:
    """Train a stage to its end and return its run, which has the stage's name.

    Args:
        stage: the stage.
        plan: says what it starts from.
        config: the configuration.
        store: the slice store.
        home: holds the runs.
        begun: what an earlier call left of it, whose settings are as `check_begun` wants them.
        sources: holds the runs that it may start from, if not `home`.

    Raises:
        DataError: a volume, split, store or run breaks a rule.
        TrainingError: the loss became infinite or NaN, or the representation collapsed.
    """
    if begun and begun.finished:
        logger.info(f"{stage}: done already, {begun.path}")
        return begun
    source = plan.source(stage)
    return run_stage(
        stage,
        begun.config if begun else config,  # settings of later stages may have changed since
        store,
        home,
        name=stage,
        init=str((sources or home) / source) if source else "none",
        resume=begun is not None,
    )
