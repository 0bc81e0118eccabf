import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

TABLE = """
title: Two methods
source: a test
scales: {{small: {{volumes: {config}}}}}
ntr: [1]
rows:
  random: {{data: volumes}}
  GD:
    data: volumes
    pretrain: [{{stage: pretrain_global, set: {{strategy: GD}}}}]
    paper: {{1: 0.691}}
"""
OPTIONS = ("two.yaml", "--scale", "small")


@pytest.fixture
def table(tiny_file: Path, tmp_path: Path) -> Path:
    """A matrix of the tiny experiment, in the working directory."""
    path = tmp_path / "two.yaml"
    path.write_text(TABLE.format(config=tiny_file))
    return path


def test_a_dry_run_prints_commands_and_leaves_nothing(invoke, table: Path) -> None:
    result = invoke("reproduce", *OPTIONS, "--dry-run")
    assert result.status == 0 and result.out.count("dscl-tf finetune --config") == 2
    assert "--init tiny-global-" in result.out and "--init none" in result.out
    assert result.out.splitlines()[-1].startswith("2 cells, 3 runs, 0 of them finished;")
    summary = json.loads(invoke("reproduce", *OPTIONS, "--dry-run", "--json").out)
    assert (summary["cells"], summary["unknown"], len(summary["runs"])) == (2, 3, 3)
    assert list(table.parent.iterdir()) == [table]


def test_a_report_without_runs_has_empty_places(invoke, table: Path) -> None:
    result = invoke("reproduce", *OPTIONS, "--report")
    assert result.status == 0
    assert result.out.splitlines()[2].split() == ["GD", "-", "0/1", "0.691"]
    with (table.parent / "reproduce" / "two-small.csv").open() as file:
        assert [row["dice_mean"] for row in csv.DictReader(file)] == ["", ""]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("table9",), "TABLE: must be a YAML file or one of methods, table2"),
        ((*OPTIONS, "--scale", "big"), "--scale: must be one of small, got big"),
        (
            (*OPTIONS, "--only", "LR"),
            "must select a cell of scale small, whose rows are random; GD",
        ),
        ((*OPTIONS, "--ntr", "few"), "--ntr: must be a number or all, got few"),
        ((*OPTIONS, "--dry-run", "--report"), "--dry-run and --report: must not be given"),
        ((*OPTIONS, "--jobs", "0"), "Invalid value for '--jobs'"),
        ((*OPTIONS, "--set", "finetune.stepz=1"), "finetune.stepz: unknown key"),
    ],
)
def test_a_mistake_is_one_line(invoke, table: Path, arguments, message: str) -> None:
    invoke("reproduce", *arguments).assert_one_line_error(2, message)


@pytest.mark.slow
@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_a_matrix_that_was_ended_goes_on(
    table: Path, tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    command = [sys.executable, "-m", "dscl_tf.cli", "reproduce", *OPTIONS, "--jobs", "2", "--json"]
    process = subprocess.Popen(command, cwd=tmp_path)
    runs = tmp_path / "reproduce" / "runs"
    while not list(runs.glob("*/metrics.csv")):
        assert process.poll() is None
        time.sleep(0.1)
    os.kill(process.pid, sent)
    assert process.wait() == status
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["failed"] == {}
    assert all(0 <= row["dice_mean"] <= 1 for row in document["table"])
    assert "--resume" in result.stderr
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert again.stdout == result.stdout and "dscl-tf finetune" not in again.stderr
