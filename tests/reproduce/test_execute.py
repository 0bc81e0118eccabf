import shutil
import threading

import pytest
from filelock import FileLock

from dscl_tf.errors import DataError
from dscl_tf.reproduce.execute import execute
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.results import collect
from dscl_tf.reproduce.selection import Selection
from tests.logs import heard
from tests.reproduce.fake_command import FakeCommand
from tests.reproduce.run_files import write_evaluation, write_record

pytestmark = pytest.mark.usefixtures("asked_stores")


def run(
    matrix: Matrix, fake: FakeCommand, folders: Folders, jobs: int = 1
) -> tuple[Plan, dict[str, str]]:
    plan = make_plan(matrix, "small", Selection())
    return plan, execute(plan, folders, jobs, fake)


def test_every_run_is_made_once_and_every_finetuning_evaluated(matrix, fake, folders):
    plan, failed = run(matrix, fake, folders)
    assert failed == {}
    made = [call[call.index("--name") + 1] for call in fake.calls if call[0] != "evaluate"]
    assert made == list(dict.fromkeys(name for cell in plan.cells for name in cell.runs))
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_a_second_call_does_nothing(matrix, fake, folders):
    run(matrix, fake, folders)
    fake.calls.clear()
    run(matrix, fake, folders)
    assert fake.calls == []


@pytest.mark.parametrize("calls", [0, 1, 4, 9])
def test_a_stopped_matrix_goes_on_where_it_was(matrix, fake, folders, calls):
    fake.stop_before = calls
    with pytest.raises(KeyboardInterrupt):
        run(matrix, fake, folders)
    fake.stop_before = None
    plan, _ = run(matrix, fake, folders)
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_a_run_that_was_stopped_is_resumed_and_a_torn_one_begun_anew(matrix, fake, folders):
    plan = make_plan(matrix, "small", Selection())
    stopped, torn = list(plan.runs)[:2]
    write_record(folders.runs / stopped, status="running")
    (folders.runs / torn).mkdir()
    run(matrix, fake, folders)
    resumed = [call for call in fake.calls if "--resume" in call]
    assert [call[call.index("--name") + 1] for call in resumed] == [stopped]
    # By its own configuration: the plan's may differ in what the run does not depend on.
    config = resumed[0][resumed[0].index("--config") + 1]
    assert config == str(folders.runs / stopped / "config.yaml") and "--set" not in resumed[0]


def test_what_only_finished_cells_need_is_not_made_again(matrix, fake, folders):
    plan, _ = run(matrix, fake, folders)
    first = next(name for name in plan.runs if "-global-" in name)
    shutil.rmtree(folders.runs / first)
    fake.calls.clear()
    run(matrix, fake, folders)
    assert fake.calls == []


def test_a_run_that_another_process_is_making_is_waited_for(matrix, fake, folders, lines):
    name = next(iter(make_plan(matrix, "small", Selection()).runs))
    folders.locks.mkdir()
    other = FileLock(folders.locks / f"{name}.lock", thread_local=False)
    other.acquire()

    def release(line: str) -> None:
        if "waiting for another process" in line:
            assert not fake.calls
            other.release()

    with heard(release):
        plan, failed = run(matrix, fake, folders)
    assert failed == {} and f"{name}: waiting for another process that is making it" in lines
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_waiting_ends_when_the_matrix_is_stopped(matrix, fake, folders):
    name = next(iter(make_plan(matrix, "small", Selection()).runs))
    folders.locks.mkdir()
    fake.stopped = True
    with (
        FileLock(folders.locks / f"{name}.lock", thread_local=False),
        pytest.raises(KeyboardInterrupt),
    ):
        run(matrix, fake, folders)
    assert fake.calls == []


def test_an_evaluation_of_other_volumes_is_made_again(matrix, fake, folders):
    plan, _ = run(matrix, fake, folders)
    last = plan.cells[0].runs[-1]
    write_evaluation(folders.runs / last, ["001"], dice=0.9)
    fake.calls.clear()
    run(matrix, fake, folders)
    assert [call[:3] for call in fake.calls] == [["evaluate", "--run", last]]


def test_a_failing_run_stops_the_cells_that_need_it_and_no_other(matrix, fake, folders, lines):
    fake.failing = ("-local-",)
    plan, failed = run(matrix, fake, folders)
    assert len(failed) == 2 and all("-local-" in name for name in failed)
    entries = {(e.row, e.ntr): e for e in collect(plan, folders)}
    assert entries["GD + LR", 1].dice == () and entries["GD + LR", 1].planned == 2
    assert entries["GD", 1].dice == (0.25, 0.25)
    assert sum("failed: exit status 1: it broke" in line for line in lines) == 2
    assert sum(": failed  (" in line for line in lines) == 4


@pytest.mark.parametrize("jobs", [2, 5])
def test_runs_go_on_side_by_side_each_after_those_it_needs(matrix, fake, folders, jobs):
    fake.meeting = threading.Barrier(jobs)
    plan, failed = run(matrix, fake, folders, jobs=jobs)
    assert failed == {} and len(fake.calls) == len(plan.runs) + len(plan.cells)
    assert fake.most_at_once == jobs  # that sources are finished, the fake checks


def test_stopping_ends_what_runs(matrix, fake, folders):
    fake.stop_before = 2
    with pytest.raises(KeyboardInterrupt):
        run(matrix, fake, folders, jobs=2)
    assert fake.stopped


def test_nothing_is_run_where_a_store_is_missing(matrix, fake, folders):
    plan = make_plan(matrix, "small", Selection(), ["data.layout=acdc"])
    with pytest.raises(DataError, match="no such store"):
        execute(plan, folders, call=fake)
    assert fake.calls == []
