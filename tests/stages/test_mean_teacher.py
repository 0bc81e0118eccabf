from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import UsageError
from dscl_tf.runs.metrics_log import read_metrics
from dscl_tf.runs.run import Run
from dscl_tf.stages import recorder
from dscl_tf.stages.launch import run_stage

CHANGES = {"finetune.teacher": {}, "finetune.steps": 8, "splits.unlabelled": ["001", "002", "003"]}


@pytest.fixture
def config(tiny: Experiment) -> Experiment:
    return replace(tiny, {**CHANGES, "pretrain_global.partitions": 2})


def test_both_phases_train_and_the_teacher_is_saved(
    config: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    run = run_stage("finetune", config, store, tmp_path)
    rows = read_metrics(run.path / "metrics.csv")
    assert [row["loss_pseudo"] is not None and row["loss_pseudo"] > 0 for row in rows] == [
        *(False, False),
        *(True, True),
    ]
    assert all(row["validation_dice"] is not None for row in rows)
    assert all(0 <= (row["pseudo_share_3"] or 0.0) <= 1 for row in rows)
    checkpoint, last = run.load_arrays("checkpoint"), run.load_arrays("last")
    different = 0
    for path, array in last.items():
        np.testing.assert_array_equal(array, checkpoint[f"model/{path}"])
        different += not np.array_equal(array, checkpoint[f"student/{path}"])
    assert different > 10


def test_pixels_are_contrasted_by_the_teachers_labels_too(
    config: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    contrast = {"finetune.pseudo_contrast": {"weight": 0.5, "size": 3}}
    run = run_stage("finetune", replace(config, contrast), store, tmp_path)
    for row in read_metrics(run.path / "metrics.csv"):
        assert row["loss_contrast"] > 0
        given = row["loss_labelled"] + 0.5 * row["loss_contrast"]
        if not row["loss_pseudo"]:  # the first phase
            assert row["loss"] == pytest.approx(given, rel=1e-5)
        else:
            assert row["loss"] > given
    assert not [path for path in run.load_arrays("weights") if path.startswith("pixel_")]


CONTRAST = {"finetune.pseudo_contrast": {"size": 3}}


@pytest.mark.parametrize(
    ("stop", "changes"),
    [
        (2, {}),  # in the first phase
        (4, {}),  # between both
        (6, {}),  # in the second
        (6, CONTRAST),
    ],
)
def test_a_resumed_run_is_the_uninterrupted_one(
    config: Experiment,
    store: SliceStore,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    stop: int,
    changes: dict,
) -> None:
    config = replace(config, changes)
    whole = run_stage("finetune", config, store, tmp_path / "whole")
    save = recorder.save_checkpoint

    def stop_after(run: Run, model, networks, step: int) -> None:
        save(run, model, networks, step)
        if step == stop:
            raise KeyboardInterrupt

    monkeypatch.setattr(recorder, "save_checkpoint", stop_after)
    with pytest.raises(KeyboardInterrupt):
        run_stage("finetune", config, store, tmp_path / "cut", name="run")
    monkeypatch.setattr(recorder, "save_checkpoint", save)
    resumed = run_stage("finetune", config, store, tmp_path / "cut", name="run", resume=True)
    for name in ("weights", "last", "checkpoint"):
        ours, theirs = whole.load_arrays(name), resumed.load_arrays(name)
        assert set(ours) == set(theirs)
        for path, array in ours.items():
            np.testing.assert_array_equal(array, theirs[path], err_msg=path)


def test_unlabelled_volumes_must_be_left(
    config: Experiment, store: SliceStore, tmp_path: Path
) -> None:
    alone = replace(config, {"splits.unlabelled": ["001"]})
    with pytest.raises(UsageError, match=r"finetune\.teacher: needs volumes in splits\.unlabelled"):
        run_stage("finetune", alone, store, tmp_path)
    assert not list(tmp_path.glob("*/metrics.csv"))
