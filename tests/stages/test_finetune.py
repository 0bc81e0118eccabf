import dataclasses
from pathlib import Path

import keras
import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.errors import DataError, UsageError
from dscl_tf.models import transfer_weights
from dscl_tf.runs.load import load_network
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.networks import segmentation_network
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.validation import validation_scores


def test_the_weights_are_the_best_by_validation_and_the_last(trained: Path, store) -> None:
    run = Run.open(trained / "finetune")
    scores = [row["validation_dice"] for row in read_metrics(run.path / "metrics.csv")]
    ids = run.config.splits.select(1, "c1").validation
    best = validation_scores(load_network(run), store, ids)["validation_dice"]
    assert best == pytest.approx(max(scores), abs=1e-6)
    network = segmentation_network(run.config)
    transfer_weights(network, run.load_arrays("last"), source="last")
    last = validation_scores(network, store, ids)["validation_dice"]
    assert last == pytest.approx(scores[-1], abs=1e-6)


def test_the_validation_dice_is_the_mean_over_volumes_and_classes(store) -> None:
    class OneClass:
        """Predicts class 1 everywhere."""

        output_shape = (None, 32, 32, 4)

        def predict_on_batch(self, x: np.ndarray) -> np.ndarray:
            return np.tile(np.array([0, 9, 0, 0], "float32"), (*x.shape[:3], 1))

    masks = store.masks[store.volumes["004"].slices]
    share = (masks == 1).mean()
    scores = validation_scores(OneClass(), store, ("004",))
    assert scores["validation_dice"] == pytest.approx(2 * share / (1 + share) / 3)


def test_only_a_finished_finetune_run_is_a_network(trained: Path) -> None:
    with pytest.raises(DataError, match="finished finetune run, got a finished pretrain_local"):
        load_network(Run.open(trained / "pretrain_local"))
    assert isinstance(load_network(Run.open(trained / "finetune")), keras.Model)


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"finetune.ntr": 3}, UsageError, r"finetune\.ntr: must be one of 1, got 3"),
        ({"finetune.combination": "c9"}, UsageError, "must be one of c1, got c9"),
        (
            {"splits.labelled": {1: {"c1": {"train": ["099"], "validation": ["004"]}}}},
            DataError,
            r"labelled\.1\.c1\.train volumes: not in the store .*099",
        ),
    ],
)
def test_a_run_that_cannot_start_leaves_no_directory(
    tiny: Experiment, store, tmp_path: Path, changes: dict, error: type, message: str
) -> None:
    with pytest.raises(error, match=message):
        run_stage("finetune", replace(tiny, changes), store, tmp_path)
    assert not list(tmp_path.iterdir())


def test_validation_masks_must_show_a_class(tiny: Experiment, store, tmp_path: Path) -> None:
    blank = dataclasses.replace(store, masks=np.zeros_like(store.masks))
    with pytest.raises(DataError, match="validation volumes: must show a class"):
        run_stage("finetune", tiny, blank, tmp_path)
