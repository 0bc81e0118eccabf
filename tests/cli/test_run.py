"""`dscl-tf run`: one command from volumes to masks, which goes on after any end."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dscl_tf.config import Experiment
from dscl_tf.config.files import dump, replace
from tests.runs.comparison import assert_equal_runs
from tests.workflow.data_sets import as_folder, of_folder


@pytest.fixture
def mine(tiny: Experiment, store, tmp_path: Path) -> Experiment:
    """A configuration in mine.yaml, for the volumes in scans/."""
    as_folder(store, tmp_path / "scans", ("001", "004", "005"))
    changes = {"finetune.steps": 60, "finetune.validate_every": 20, "name": "mine"}
    config = replace(of_folder(tiny), changes)
    more = "stages: [pretrain_global, finetune]\n"
    (tmp_path / "mine.yaml").write_text(dump(config) + more)
    return config


OPTIONS = ("run", "--config", "mine.yaml", "--source", "scans", "--jobs", "1")


def test_it_ends_with_the_paths_of_what_it_made(invoke, mine: Experiment, tmp_path: Path) -> None:
    result = invoke(*OPTIONS, "--set", "finetune.steps=4")
    home = "runs/mine"
    first, score, *rest = result.out.splitlines()
    assert result.status == 0 and first.startswith(f"{home} after ")
    assert score.startswith("test Dice 0.")
    assert rest == [
        f"report: {home}/finetune/evaluation-test/report.html",
        f"masks: {home}/masks",
        f"SavedModel: {home}/saved_model/mine/1",
        f"run: {home}/finetune",
        f"next: dscl-tf predict INPUT... --run {home}/finetune --output DIR",
    ]
    for line in rest[:-1]:
        assert (tmp_path / line.partition(": ")[2]).exists()
    again = json.loads(invoke(*OPTIONS, "--set", "finetune.steps=4", "--json").out)
    assert (again["split"], again["masks_written"]) == ("test", 2)
    assert again["saved_model"] == f"{home}/saved_model/mine/1"
    other = invoke(*OPTIONS, "--seed", "2")
    other.assert_one_line_error(1, "--name another, or remove runs/mine")


def test_it_stops_after_the_step_that_is_named(invoke, mine: Experiment, tmp_path: Path) -> None:
    result = invoke(*OPTIONS, "--until", "inspect")
    assert result.status == 0 and "== pretrain_global" not in result.err
    assert (tmp_path / "runs/mine/inspection.txt").read_text().startswith("stores/mine: 5 volumes")
    invoke(*OPTIONS, "--until", "pretrain_local").assert_one_line_error(2, "--until: must be a st")
    invoke(*OPTIONS, "--name", "a/b").assert_one_line_error(2, "--name: must be a bare name")


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM])
def test_a_killed_sequence_goes_on_to_the_same_weights(
    invoke, mine: Experiment, tmp_path: Path, sent: signal.Signals
) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "dscl_tf.cli", *OPTIONS],
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    run = tmp_path / "runs" / "mine" / "finetune"
    while not (run / "checkpoint.npz").exists():
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(sent)
    assert process.wait() == (-sent if sent == signal.SIGKILL else 128 + sent)
    steps = json.loads((tmp_path / "runs/mine/workflow.json").read_text())["steps"]
    ended = "running" if sent == signal.SIGKILL else "terminated"
    assert (steps["pretrain_global"]["status"], steps["finetune"]["status"]) == ("finished", ended)
    assert invoke(*OPTIONS, "--until", "finetune").status == 0
    assert invoke(*OPTIONS, "--until", "finetune", "--name", "whole").status == 0
    for stage in ("pretrain_global", "finetune"):
        assert_equal_runs(tmp_path / "runs/whole" / stage, tmp_path / "runs/mine" / stage)


def test_folds_end_with_a_table_over_the_choices_of_labelled_volumes(
    invoke, tiny: Experiment, store, tmp_path: Path
) -> None:
    as_folder(store, tmp_path / "scans", ("001", "002", "004", "005"))
    mine = replace(of_folder(tiny), {"name": "mine"})
    (tmp_path / "mine.yaml").write_text(dump(mine) + "stages: [finetune]\n")
    options = (*OPTIONS, "--folds", "2")
    result = invoke(*options)
    assert result.status == 0, result.err
    lines = result.out.splitlines()
    assert lines[0].split()[0] == "fold" and lines[0].split()[-1] == "mean"
    assert {line for line in lines if line.startswith("fold ")} > {
        f"fold {number}: trained on {id}; validated by 004"
        for number, id in enumerate(
            [fold["train"][0] for fold in json.loads(invoke(*options, "--json").out)["folds"]], 1
        )
    }
    assert lines[-1] == "all numbers: runs/mine/folds.json"
    together = invoke(*options, "--until", "inspect")
    together.assert_one_line_error(2, "--folds: must not be given together with --until")
    invoke(*OPTIONS, "--folds", "9").assert_one_line_error(2, "--folds: must be at most 3")
