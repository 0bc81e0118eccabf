import pytest

from dscl_tf.reproduce.dry_run import outline_plan
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.selection import Selection
from tests.reproduce.run_files import write_record


@pytest.fixture
def plan(matrix: Matrix) -> Plan:
    return make_plan(matrix, "small", Selection(rows=("GD + LR",), ntr=(1,), seeds=(1,)))


def test_text_and_record_say_the_same(plan: Plan, folders: Folders) -> None:
    outline = outline_plan(plan, folders)
    record, lines = outline.record(), outline.text().splitlines()
    assert [run["run"] for run in record["runs"]] == list(plan.runs)
    for run, line in zip(record["runs"], lines, strict=False):
        assert line.endswith(run["command"])
    assert "time unknown" in lines[1] and record["unknown"] == 1  # of the local stage
    assert lines[-1].startswith("1 cell, 3 runs, 0 of them finished; about ")
    assert lines[-1].endswith(" of training left, and 1 run of unknown time")


def test_finished_runs_are_marked(plan: Plan, folders: Folders) -> None:
    for run in plan.runs.values():
        write_record(folders.run(run), status="finished")
    outline = outline_plan(plan, folders)
    assert (outline.seconds, outline.unknown) == (0, 0)
    assert outline.text().count("finished  dscl-tf") == 3


def test_the_time_is_shared_by_runs_at_once(plan: Plan, folders: Folders) -> None:
    alone, shared = (outline_plan(plan, folders, jobs).seconds for jobs in (1, 2))
    assert alone == 2 * shared > 0


def test_a_run_that_was_stopped_is_to_be_resumed(plan: Plan, folders: Folders) -> None:
    first = next(iter(plan.runs.values()))
    write_record(folders.run(first), status="running")
    commands = [run.command for run in outline_plan(plan, folders).runs]
    assert ["--resume" in command for command in commands] == [True, False, False]
