"""Generators of earlier runs, for fine-tuning."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from dscl_tf.config import Experiment
from dscl_tf.config.differences import differences
from dscl_tf.data.store import settings_of
from dscl_tf.errors import DataError, UsageError
from dscl_tf.models import generator_network, hand_over
from dscl_tf.runs.find import find_run
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import check_not_seen

STAGE = "pretrain_augmentation"


def find_generators(config: Experiment, runs: Path, choices: Sequence[str]) -> list[Run]:
    """Return the runs whose generators fine-tuning uses.

    Args:
        config: that of the fine-tuning.
        runs: the directory that holds the runs.
        choices: their names or paths, at most one of each kind; "latest" is the newest of any.

    Raises:
        UsageError: the configuration has self-training or adversarial training, which take none.
        DataError: there is no such run, it is not a finished one of generators, it learnt from a
            test volume, it is for other data or another model or other labelled volumes, or two
            are of one kind.
    """
    for companion in ("self_training", "adversarial"):
        if choices and getattr(config.finetune, companion):
            raise UsageError(
                f"`generators`: cannot be combined with finetune.{companion}, got {choices[0]}"
            )

    def fits(run: Run) -> bool:
        return run.finished and run.stage == STAGE and run.experiment == config.name

    wanted = f"finished {STAGE} run of experiment {config.name}"
    found = [find_run(runs, choice, fits, wanted) for choice in choices]
    for run in found:
        if run.stage != STAGE or not run.finished:
            raise DataError(
                f"{run.path}: `generators` must be a finished {STAGE} run, "
                f"got a {run.record['status']} {run.stage} run"
            )
        check_not_seen(config.splits.test, run, "generators")
        if differing := differences(_of_generator(config), _of_generator(run.config)):
            values = "; ".join(f"{key} {ours}, got {its}" for key, ours, its in differing)
            raise DataError(f"{run.path}: `generators` must have {values}")
    kinds = [run.config.pretrain_augmentation.kind for run in found]
    if len(set(kinds)) < len(kinds):
        raise DataError(f"`generators`: must be of different kinds, got {', '.join(kinds)}")
    return found


def load_generator(run: Run) -> keras.Model:
    """Return the trained generator of a run.

    Raises:
        DataError: its weights are missing, damaged or of another model.
    """
    network = generator_network(run.config)
    hand_over(
        network,
        run.load_arrays("weights"),
        source=str(run.path / "weights.npz"),
        dropped=["encoder_", "decoder_", "segmentation_", "image_discriminator_"],
    )
    return network


def _of_generator(config: Experiment) -> dict[str, Any]:
    """Return the settings that a generator shares with the fine-tuning that uses it."""
    labelled = config.splits.select(config.finetune.ntr, config.finetune.combination).train
    return {
        "data": settings_of(config.data),
        "model": config.model.model_dump(mode="json"),
        "labelled volumes": list(labelled),
    }
