"""The benchmarks run, a step each; what they measure is no test's affair."""

import importlib
import io
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "step_time.py"
SMALL = "data.grid=[32, 32]", "model.filters=[4, 4, 4, 4, 4]", "data.spacing=[5.6, 5.6]"


def run(*arguments: str, turns: int = 0) -> list[str]:
    changes = [word for change in SMALL for word in ("--set", change)]
    command = [sys.executable, str(SCRIPT), *arguments, "--steps", "1", *changes]
    ended = subprocess.run(command, input="go\n" * turns, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.mark.parametrize("job", [pytest.param("finetune", marks=pytest.mark.slow), "inference"])
def test_a_job_gives_one_line(job: str) -> None:
    result = json.loads(run(job, "--config", "acdc_half")[-1])
    assert len(result["seconds"]) == 1
    assert result["flops_per_step"] > 0


def test_in_turns_each_step_waits_for_a_line() -> None:
    lines = run("inference", "--config", "acdc_half", "--turns", turns=3)
    assert [line for line in lines if line == "ready"] == ["ready"] * 3


def test_the_wait_for_a_turn_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(SCRIPT.parent)
    turns = importlib.import_module("turns")
    clock = iter((1.0, 4.5))
    monkeypatch.setattr(turns, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    monkeypatch.setattr(turns, "sys", SimpleNamespace(stdin=io.StringIO("go\n")))
    assert turns.wait_for_turn() == 3.5


def test_a_process_whose_turn_cannot_come_ends() -> None:
    command = [sys.executable, "-c", "import turns; turns.wait_for_turn()"]
    ended = subprocess.run(command, cwd=SCRIPT.parent, input="", capture_output=True, text=True)
    assert ended.returncode == 1 and "no turn will come" in ended.stderr
