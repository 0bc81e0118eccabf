from pathlib import Path

import pytest

from dscl_tf.errors import UsageError
from dscl_tf.reproduce import execute, outline, reproduce
from dscl_tf.reproduce.folders import Folders
from tests.reproduce.fake_command import FakeCommand


@pytest.fixture
def commands(
    fake: FakeCommand, asked_stores: list[Path], monkeypatch: pytest.MonkeyPatch
) -> FakeCommand:
    """The commands that are run, in place of processes."""
    monkeypatch.setattr(execute, "Processes", lambda: fake)
    return fake


def test_one_call_runs_collects_and_writes(
    table_file: Path, folders: Folders, commands: FakeCommand
) -> None:
    result = reproduce(table_file, "small", rows=["random"], output=folders.output, jobs=2)
    assert [(entry.ntr, entry.dice) for entry in result.entries] == [
        (1, (0.25, 0.25)),
        (2, (0.25, 0.25)),
    ]
    assert result.failed == {} and len(commands.calls) == 8
    assert [path.name for path in result.written] == [
        f"three-small.{ending}" for ending in ("txt", "csv", "html")
    ]
    assert result.text() in result.written[0].read_text()
    assert [row["dice_mean"] for row in result.record()["table"]] == [0.25, 0.25]


def test_failed_runs_are_part_of_the_result(
    table_file: Path, folders: Folders, commands: FakeCommand
) -> None:
    commands.failing = ("-global-",)
    result = reproduce(table_file, "small", rows=["GD"], seeds=[1], output=folders.output)
    assert list(result.failed.values()) == ["exit status 1: it broke"]
    assert result.record()["failed"] == result.failed
    assert "it broke" in result.written[2].read_text()


def test_the_table_of_what_is_there_needs_no_run(
    table_file: Path, folders: Folders, commands: FakeCommand
) -> None:
    result = reproduce(table_file, "small", output=str(folders.output), run=False)
    assert commands.calls == [] and all(entry.dice == () for entry in result.entries)


def test_the_outline_is_of_what_would_run(
    table_file: Path, folders: Folders, commands: FakeCommand, lines: list[str]
) -> None:
    choice = {"rows": ["GD"], "ntr": [1], "seeds": [7], "overrides": ["finetune.steps=9"]}
    planned = outline(table_file, "small", output=folders.output, **choice)
    assert not folders.runs.exists()
    reproduce(table_file, "small", output=folders.output, **choice)
    assert [run.command for run in planned.runs] == [
        line for line in lines if line.startswith("dscl-tf ")
    ]


@pytest.mark.parametrize("call", [outline, reproduce])
def test_there_must_be_a_job(table_file: Path, call) -> None:
    with pytest.raises(UsageError, match="`jobs`: must be at least 1, got 0"):
        call(table_file, "small", jobs=0)
