import itertools
import json
import threading
import time
from pathlib import Path

import pytest

from dscl_tf.config.files import load_config
from dscl_tf.files import atomic_write
from dscl_tf.reproduce.matrix import Matrix, load_matrix

TABLE = """
title: Two methods
source: a test
scales: {small: {volumes: phantom}, other: {}}
ntr: [1, 2]
combinations: [c1]
seeds: [1, 2]
rows:
  random: {data: volumes, paper: {1: 0.5}}
  GD:
    data: volumes
    pretrain: [{stage: pretrain_global, set: {strategy: GD}}]
  GD + LR:
    data: volumes
    pretrain:
      - {stage: pretrain_global, set: {strategy: GD}}
      - {stage: pretrain_local, set: {strategy: LR}}
    finetune: {mixup: {}}
seconds_per_step: {small: {pretrain_global: 0.5, finetune: 1.0}}
"""

FINISHED = {"status": "finished"}


@pytest.fixture
def matrix(tmp_path: Path) -> Matrix:
    path = tmp_path / "two.yaml"
    path.write_text(TABLE)
    name, matrix = load_matrix(path)
    assert name == "two"
    return matrix


class FakeCommand:
    """Stands in for `dscl-tf`: leaves the files of a run, fails or stops where it is told to."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs
        self.calls: list[list[str]] = []
        self.failing: tuple[str, ...] = ()
        self.stop_before: int | None = None
        self.stopped = False
        self.at_once = self.most_at_once = 0
        self.lock = threading.Lock()

    def __call__(self, arguments: list[str], log: Path) -> str | None:
        if len(self.calls) == self.stop_before:
            raise KeyboardInterrupt
        self.calls.append(arguments)
        self._check_sources(arguments)
        with self.lock:
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        time.sleep(0.005)
        failed = any(part in " ".join(arguments) for part in self.failing)
        if not failed:
            self._leave_files(arguments)
        with self.lock:
            self.at_once -= 1
        return "exit status 1: it broke" if failed else None

    def stop(self) -> None:
        self.stopped = True

    def _check_sources(self, arguments: list[str]) -> None:
        """Check that the runs that a command starts from are finished."""
        for option, name in itertools.pairwise(arguments):
            if option in ("--init", "--generators") and name != "none":
                assert json.loads((self.runs / name / "run.json").read_text()) == FINISHED

    def _leave_files(self, arguments: list[str]) -> None:
        name = arguments[arguments.index("--run" if arguments[0] == "evaluate" else "--name") + 1]
        file, content = self.runs / name / "run.json", FINISHED
        if arguments[0] == "evaluate":
            file = self.runs / name / "evaluation-test" / "metrics.json"
            rows = [{"volume": id} for id in load_config("phantom").splits.test]
            content = {"summary": {"dice": {"mean": 0.25}}, "rows": rows}
        file.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(file, "w") as whole:
            json.dump(content, whole)


@pytest.fixture
def fake(tmp_path: Path) -> FakeCommand:
    return FakeCommand(tmp_path / "runs")
