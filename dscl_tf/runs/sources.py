"""Which parts of a network come from an earlier run, and which start anew."""

import logging
from collections.abc import Collection
from pathlib import Path

import keras

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError
from dscl_tf.models.weights import transfer_weights
from dscl_tf.runs.find import find_run, lineage, newest_run
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

# The stages whose weights a stage can start from.
SOURCES = {
    "pretrain_augmentation": (),
    "pretrain_global": (),
    "pretrain_joint": (),
    "pretrain_pretext": (),
    "pretrain_local": ("pretrain_global",),
    "finetune": ("pretrain_global", "pretrain_joint", "pretrain_local", "pretrain_pretext"),
}


def find_source(
    stage: str,
    config: Experiment,
    runs: Path,
    choice: str | None,
) -> Run | None:
    """Return the run that a stage starts from, None for a random start, and say which it took.

    Args:
        stage: the stage that is about to start.
        config: its configuration; "latest" means the newest finished run of the same experiment
            and model.
        runs: the directory that holds the runs.
        choice: a run, "latest" or "none"; None means "latest" where fine-tuning finds one.

    Raises:
        DataError: there is no such run, it is not finished, it is of a stage that hands over
            nothing to this one, or it learnt from a test volume.
    """
    if not SOURCES[stage]:
        return None

    def fits(run: Run) -> bool:
        return (
            run.finished
            and run.stage in SOURCES[stage]
            and run.experiment == config.name
            and run.config.model == config.model
        )

    wanted = f"finished run of {' or '.join(SOURCES[stage])} of experiment {config.name}"
    if choice is None and stage == "finetune" and not newest_run(runs, fits):
        logger.info(f"{runs} holds no {wanted}: starting from random weights")
        return None
    if choice == "none":
        logger.info("starting from random weights")
        return None
    run = find_run(runs, choice or "latest", fits, wanted)
    if run.stage not in SOURCES[stage]:
        raise DataError(
            f"{run.path}: `init` must be a run of {' or '.join(SOURCES[stage])}, got {run.stage}"
        )
    if not run.finished:
        raise DataError(f"{run.path}: `init` must be a finished run, this one is not")
    check_not_seen(config.splits.test, run, "init")
    logger.info(f"starting from {run.path}")
    return run


def check_not_seen(test: Collection[str], source: Run, argument: str) -> None:
    """Check that neither a run nor those that it started from learnt from a test volume.

    Within one configuration the splits keep these apart; the run may have had others.

    Args:
        test: the volume ids of the test.
        source: the run that hands over.
        argument: named it, for the message.

    Raises:
        DataError: one of them did; the message names the volumes.
    """
    for run in lineage(source):
        if seen := sorted(set(test) & set(run.config.splits.unlabelled)):
            raise DataError(
                f"{source.path}: `{argument}` must not have learnt from volumes of splits.test, "
                f"{run.path} had {', '.join(seen)} among its unlabelled ones"
            )


def initialise(network: keras.Model, source: Run, config: Experiment) -> None:
    """Load into `network` what `source` trained; the heads of its task are dropped.

    Raises:
        DataError: the weights do not fit; every mismatch is listed.
    """
    trained = 0
    if source.stage in ("pretrain_joint", "pretrain_local"):
        trained = source.config.pretrain_local.decoder_blocks
    elif source.stage == "pretrain_pretext" and source.config.pretrain_pretext.task != "rotation":
        trained = config.model.decoder_blocks
    untrained = range(trained + 1, config.model.decoder_blocks + 1)
    new = [f"decoder_block{number}_" for number in untrained]
    transfer_weights(
        network,
        source.load_arrays("weights"),
        source=str(source.path / "weights.npz"),
        new=[*new, "g2_", "segmentation_"],
        dropped=["g1_", "g2_", "restoration_", "rotation_"],
    )
