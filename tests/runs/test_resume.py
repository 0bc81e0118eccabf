import dataclasses
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from dscl_tf.cli import main
from dscl_tf.config import Experiment
from dscl_tf.config.files import dump, replace
from dscl_tf.errors import DataError, TrainingError
from dscl_tf.runs.run import Run
from dscl_tf.stages import run_stage
from tests.logs import interrupted_at
from tests.runs.comparison import assert_equal_runs, curve


@pytest.mark.parametrize(
    "stage",
    ["pretrain_global", "pretrain_joint", "pretrain_pretext", "pretrain_local", "finetune"],
)
def test_a_resumed_run_equals_an_uninterrupted_one_bit_by_bit(
    trained: Path, trained_config: Experiment, store, tmp_path: Path, stage: str, lines
) -> None:
    init = Run.open(trained / stage).record["init"]

    def start(**options) -> Run:
        return run_stage(stage, trained_config, store, tmp_path, **options)

    with interrupted_at("step 4"):
        start(init=init)
    (path,) = tmp_path.iterdir()
    assert np.load(path / "checkpoint.npz")["state/step"] == 2
    assert len(curve(path)) == 2
    lines.clear()
    resumed = start(resume=True)
    assert resumed.path == path and resumed.finished
    assert lines[:2] == [f"resuming {path}", "resuming after step 2"]
    assert_equal_runs(trained / stage, path)


def test_the_best_weights_belong_to_the_step_and_score_that_are_reported(
    trained_config: Experiment, store, tmp_path: Path
) -> None:
    options = {"name": "run", "init": "none"}
    with interrupted_at("step 4"):
        run_stage("finetune", trained_config, store, tmp_path, **options)
    run = Run.open(tmp_path / "run")
    best = {key: 0 * array for key, array in run.load_arrays("best").items()}
    # As if a step after the checkpoint had been better than any that a resumed run comes to.
    run.save_arrays("best", best | {"state/step": np.array(4), "state/dice": np.array(2.0)})
    resumed = run_stage("finetune", trained_config, store, tmp_path, name="run", resume=True)
    assert (resumed.record["best_step"], resumed.record["best_validation_dice"]) == (4, 2.0)
    weights = resumed.load_arrays("weights")
    assert not any(array.any() for array in weights.values()) and "state/step" not in weights


def test_resume_needs_the_runs_that_it_began_with(
    trained: Path, trained_config: Experiment, store, tmp_path: Path
) -> None:
    init = str(trained / "pretrain_global")
    details = {"init": init, "generators": []}
    run = Run.create(tmp_path, "run", "finetune", trained_config, details)

    def resume(**options) -> None:
        run_stage("finetune", trained_config, store, tmp_path, resume=True, name="run", **options)

    with pytest.raises(DataError, match=rf"`resume` must keep `init` {init}, got none"):
        resume(init="none")
    with pytest.raises(DataError, match=r"keep `init` .*pretrain_global, got .*pretrain_local"):
        resume(init=str(trained / "pretrain_local"))
    with pytest.raises(DataError, match=r"keep `generators` none, got .*pretrain_augmentation"):
        resume(init=init, generators=[str(trained / "pretrain_augmentation")])
    assert run.path.exists()
    resume(init=init)
    assert Run.open(run.path).finished


def test_resume_needs_an_unfinished_run_with_the_same_configuration(
    trained_config: Experiment, store, tmp_path: Path
) -> None:
    def resume(config: Experiment, name: str | None = None) -> None:
        run_stage("finetune", config, store, tmp_path, resume=True, name=name)

    with pytest.raises(DataError, match="holds no unfinished finetune run of experiment tiny"):
        resume(trained_config)
    run = Run.create(tmp_path, "run", "finetune", trained_config, {"init": None})
    changes = {"finetune.mixup": None, "finetune.steps": 9, "splits.test": []}
    keys = r"these keys differ: finetune\.mixup, finetune\.steps, splits\.test"
    with pytest.raises(DataError, match=keys):
        resume(replace(trained_config, changes))
    assert (run.path / "run.json").exists()
    run.update(status="finished")
    with pytest.raises(DataError, match=r"needs an unfinished finetune run .* got a finished"):
        resume(trained_config, "run")


def test_a_damaged_checkpoint_is_named(trained_config: Experiment, store, tmp_path: Path) -> None:
    run = Run.create(tmp_path, "run", "finetune", trained_config, {"init": None})
    (run.path / "checkpoint.npz").write_bytes(b"PK nothing")
    with pytest.raises(DataError, match=r"checkpoint\.npz: cannot be read"):
        run_stage("finetune", trained_config, store, tmp_path, resume=True)
    assert (run.path / "run.json").exists()


def test_a_killed_run_resumes_to_the_same_weights(
    trained_config: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes = {"finetune.steps": 120, "finetune.validate_every": 40}
    config = replace(trained_config, changes)
    (tmp_path / "tiny.yaml").write_text(dump(config))
    options = ["finetune", "--config", "tiny.yaml", "--name", "killed"]
    options += ["--store", str(store.directory)]
    run = tmp_path / "runs" / "killed"
    process = subprocess.Popen(
        [sys.executable, "-m", "dscl_tf.cli", *options],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 120
    while not (run / "checkpoint.npz").exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (run / "weights.npz").exists()

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["main", *options, "--resume"])
    with pytest.raises(SystemExit, match="0"):
        main()
    run_stage("finetune", config, store, tmp_path / "runs", name="whole")
    assert_equal_runs(tmp_path / "runs" / "whole", run)


def test_a_run_is_trained_by_one_process_at_a_time(tiny: Experiment, store, tmp_path: Path) -> None:
    with interrupted_at("step 2"):
        run_stage("finetune", tiny, store, tmp_path, name="mine")
    before = (tmp_path / "mine" / "run.json").read_bytes()
    with (
        FileLock(tmp_path / "mine" / ".lock"),
        pytest.raises(DataError, match=r"mine: another process is training this run"),
    ):
        run_stage("finetune", tiny, store, tmp_path, resume=True)
    assert (tmp_path / "mine" / "run.json").read_bytes() == before
    (tmp_path / "mine" / ".checkpoint.npz.123.tmp").write_text("of a process that was killed")
    assert run_stage("finetune", tiny, store, tmp_path, resume=True).finished
    assert not list((tmp_path / "mine").glob(".*.tmp"))


def test_resume_needs_the_store_as_it_was(tiny: Experiment, store, tmp_path: Path) -> None:
    with interrupted_at("step 2"):
        run_stage("finetune", tiny, store, tmp_path)
    changed = dataclasses.replace(store, version="another")
    with pytest.raises(DataError, match=r"`resume` must find what .* but it was prepared anew"):
        run_stage("finetune", tiny, changed, tmp_path, resume=True)


def test_a_run_that_failed_says_why_and_can_go_on(
    trained_config: Experiment, store, tmp_path: Path
) -> None:
    config = replace(trained_config, {"finetune.learning_rate": 1e30})
    with pytest.raises(TrainingError, match="the loss must stay finite"):
        run_stage("finetune", config, store, tmp_path, name="mine")
    record = Run.open(tmp_path / "mine").record
    assert record["status"] == "failed" and "the loss must stay finite" in record["reason"]
    with pytest.raises(TrainingError):
        run_stage("finetune", config, store, tmp_path, name="mine", resume=True)


def test_rules_for_components_are_chosen_before_a_run_counts_as_finished(
    trained_config: Experiment, store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = replace(trained_config, {"finetune.components": {}})

    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("dscl_tf.stages.finetune.choose_components", stop)
    with pytest.raises(KeyboardInterrupt):
        run_stage("finetune", config, store, tmp_path, name="mine")
    assert Run.open(tmp_path / "mine").record["status"] == "interrupted"
    monkeypatch.undo()
    run = run_stage("finetune", config, store, tmp_path, name="mine", resume=True)
    assert run.finished and set(run.record["components"]) == {1, 2, 3}
