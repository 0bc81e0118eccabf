import dataclasses
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.components import Components
from dscl_tf.config.files import replace
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.metrics import dice
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from dscl_tf.stages.validation import choose_components, validation_scores


class Thresholds:
    """Stands for a network that gives each image the classes of a mask that is hidden in it."""

    output_shape = (None, 32, 32, 4)

    def predict_on_batch(self, images: np.ndarray) -> np.ndarray:
        return np.eye(4, dtype="float32")[images[..., 0].round().astype(int)] * 9


@pytest.fixture
def shown(store: SliceStore) -> SliceStore:
    """The store with the masks as images, and in volume 004 an island of class 3."""
    images = np.array(store.masks, "float32")[..., None]
    images[store.volumes["004"].first_slice, 0, 0] = 3
    return dataclasses.replace(store, images=images)


def test_the_mean_and_each_class(shown: SliceStore) -> None:
    scores = validation_scores(Thresholds(), shown, ("004", "005"))
    count = int((shown.masks[shown.volumes["004"].slices] == 3).sum())
    third = (2 * count / (2 * count + 1) + 1) / 2
    assert list(scores) == ["validation_dice", *(f"validation_dice_{n}" for n in (1, 2, 3))]
    assert scores["validation_dice_1"] == scores["validation_dice_2"] == 1
    assert scores["validation_dice_3"] == pytest.approx(third)
    assert scores["validation_dice"] == pytest.approx((2 + third) / 3)


def test_a_class_that_is_nowhere_has_no_score(shown: SliceStore) -> None:
    masks = np.where(np.asarray(shown.masks) == 2, 0, shown.masks)
    without = dataclasses.replace(shown, masks=masks, images=masks[..., None].astype("float32"))
    scores = validation_scores(Thresholds(), without, ("004",))
    assert scores["validation_dice_2"] is None
    assert scores["validation_dice"] == 1


def test_the_mean_is_over_all_classes_and_volumes(shown: SliceStore) -> None:
    images = shown.images.copy()
    images[images == 1] = 0
    worse = dataclasses.replace(shown, images=images)
    scores = [
        dice(
            worse.images[worse.volumes[id].slices, ..., 0] == label,
            np.asarray(worse.masks)[worse.volumes[id].slices] == label,
        )
        for id in ("004", "005")
        for label in (1, 2, 3)
    ]
    mean = validation_scores(Thresholds(), worse, ("004", "005"))["validation_dice"]
    assert mean == pytest.approx(np.nanmean(scores))


def test_rules_are_chosen_on_the_validation_volumes(shown: SliceStore) -> None:
    rules = choose_components(Thresholds(), shown, ("004",), Components())
    assert rules == {1: "all", 2: "all", 3: "large"}
    assert choose_components(Thresholds(), shown, ("005",), Components())[3] == "all"


def test_fine_tuning_records_the_rules_and_the_dice_of_each_class(
    tiny: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    run = run_stage("finetune", replace(tiny, {"finetune.components": {}}), store, tmp_path)
    assert set(Run.open(run.path).record["components"]) == {"1", "2", "3"}
    last = read_metrics(run.path / "metrics.csv")[-1]
    of_classes = [last[f"validation_dice_{label}"] for label in (1, 2, 3)]
    assert last["validation_dice"] == pytest.approx(np.mean(of_classes))
