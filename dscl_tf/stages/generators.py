"""Generators of augmentations that earlier runs trained, for fine-tuning."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import keras

from dscl_tf.config import Experiment
from dscl_tf.config.differences import differences
from dscl_tf.data.store import settings_of
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.find import find_finished
from dscl_tf.runs.networks import generator_network
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import check_not_seen
from dscl_tf.runs.weights_file import load_weights
from dscl_tf.stages.unlabelled import extensions_of

STAGE = "pretrain_augmentation"


def find_generators(config: Experiment, runs: Path, choices: Sequence[str]) -> list[Run]:
    """Return the runs whose generators fine-tuning uses.

    With a deformation and an intensity generator::

        find_generators(config, Path("runs"), ["deformation", "intensity"])

    Args:
        config: the configuration of the fine-tuning.
        runs: the directory that holds the runs.
        choices: their names or paths, at most one of each kind; "latest" is the newest run of
            either kind of the same experiment.

    Raises:
        UsageError: the configuration has a semi-supervised extension, which goes without them.
        DataError: there is no such run, it is not a finished one of generators, it learnt from a
            test volume, it is for other data or another model or other labelled volumes, or two
            are of one kind.
    """
    if choices and (extensions := extensions_of(config.finetune)):
        raise UsageError(
            f"`generators`: cannot be combined with finetune.{extensions[0]}, got {choices[0]}"
        )
    found = [
        find_finished(runs, choice, [STAGE], argument="generators", experiment=config.name)
        for choice in choices
    ]
    for run in found:
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
    load_weights(
        network,
        run,
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
