"""Which run a stage starts from."""

import logging
from collections.abc import Collection, Sequence
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.find import LATEST, describe, find_finished, lineage, newest_finished
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

NONE = "none"


def find_source(
    config: Experiment,
    runs: Path,
    choice: str | None,
    *,
    stages: Sequence[str],
    random_start: bool = False,
) -> Run | None:
    """Return the run that a stage starts from, None for random weights, and log which it took.

    Args:
        config: the configuration of the stage that is about to start.
        runs: the directory that holds the runs.
        choice: a run, "latest" or "none". "latest" is the newest finished run of the same
            experiment and model; None means the same.
        stages: the stages that it may start from; without any it starts from random weights.
        random_start: whether a `choice` of None means random weights where there is no such run.

    Raises:
        UsageError: `choice` is empty.
        DataError: there is no such run, it is not finished, it is of another stage, or it learnt
            from a test volume.
    """
    if choice is not None and not choice.strip():
        raise UsageError(f"`init`: must be a run, {LATEST} or {NONE}, got {choice!r}")
    if not stages:
        return None
    if choice == NONE:
        logger.info("starting from random weights")
        return None
    experiment, model = config.name, config.model
    run = None
    if choice is None and random_start:
        run = newest_finished(runs, stages, experiment=experiment, model=model)
        if not run:
            wanted = describe(stages, "finished", experiment)
            logger.info(f"{runs} holds no {wanted}: starting from random weights")
            return None
    if not run:
        run = find_finished(
            runs, choice or LATEST, stages, argument="init", experiment=experiment, model=model
        )
    check_not_seen(config.splits.test, run, "init")
    logger.info(f"starting from {run.path}")
    return run


def check_not_seen(test: Collection[str], source: Run, argument: str) -> None:
    """Check that neither a run nor those that it started from learnt from a test volume.

    One configuration keeps its unlabelled and its test volumes apart, but the run may have had
    another configuration.

    Args:
        test: the volume ids of the test.
        source: the run.
        argument: the argument that named it, for the message.

    Raises:
        DataError: one of them did; the message names the volumes.
    """
    for run in lineage(source):
        if seen := sorted(set(test) & set(run.config.splits.unlabelled)):
            raise DataError(
                f"{source.path}: `{argument}` must not have learnt from volumes of splits.test, "
                f"{run.path} had {', '.join(seen)} among its unlabelled ones"
            )
