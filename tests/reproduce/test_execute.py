import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock

from dscl_tf.data.store import open_store
from dscl_tf.errors import DataError
from dscl_tf.reproduce import execute as module
from dscl_tf.reproduce.execute import execute
from dscl_tf.reproduce.plan import Selection, make_plan
from dscl_tf.reproduce.results import collect
from tests.logs import heard


@pytest.fixture(autouse=True)
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The phantom's stores that were asked for; they are not made."""
    stores: list[Path] = []

    def fake_store(config, directory: Path) -> SimpleNamespace:
        if config.data.layout != "phantom":
            open_store(config, directory)
        stores.append(directory)
        return SimpleNamespace(version="second")

    monkeypatch.setattr(module, "open_store", fake_store)
    return stores


def run(matrix, fake, tmp_path: Path, jobs=1):
    plan = make_plan(matrix, "small", Selection())
    failed = execute(plan, tmp_path / "stores", tmp_path, {}, jobs, fake)
    return plan, failed


def test_every_run_is_made_once_and_every_finetuning_evaluated(matrix, fake, tmp_path):
    plan, failed = run(matrix, fake, tmp_path)
    assert failed == {}
    made = [call[call.index("--name") + 1] for call in fake.calls if call[0] != "evaluate"]
    assert made == list(dict.fromkeys(name for cell in plan.cells for name in cell.runs))
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_every_store_is_opened_once_before_the_runs(matrix, fake, tmp_path, opened):
    run(matrix, fake, tmp_path)
    assert opened == [tmp_path / "stores" / "phantom"]


def test_a_second_call_does_nothing(matrix, fake, tmp_path):
    run(matrix, fake, tmp_path)
    fake.calls.clear()
    run(matrix, fake, tmp_path)
    assert fake.calls == []


@pytest.mark.parametrize("calls", [0, 1, 4, 9])
def test_a_stopped_matrix_goes_on_where_it_was(matrix, fake, tmp_path, calls):
    fake.stop_before = calls
    with pytest.raises(KeyboardInterrupt):
        run(matrix, fake, tmp_path)
    fake.stop_before = None
    plan, _ = run(matrix, fake, tmp_path)
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_a_run_that_was_stopped_is_resumed_and_a_torn_one_begun_anew(matrix, fake, tmp_path):
    plan = make_plan(matrix, "small", Selection())
    stopped, torn = list(plan.runs)[:2]
    for name in (stopped, torn):
        (tmp_path / "runs" / name).mkdir(parents=True)
    (tmp_path / "runs" / stopped / "run.json").write_text('{"status": "running"}')
    run(matrix, fake, tmp_path)
    resumed = [call for call in fake.calls if "--resume" in call]
    assert [call[call.index("--name") + 1] for call in resumed] == [stopped]
    # By its own configuration: the plan's may differ in what the run does not depend on.
    config = resumed[0][resumed[0].index("--config") + 1]
    assert config == str(tmp_path / "runs" / stopped / "config.yaml") and "--set" not in resumed[0]


def test_runs_of_what_the_store_held_before_are_named(matrix, fake, tmp_path):
    plan, _ = run(matrix, fake, tmp_path)
    name = list(plan.runs)[3]
    record = tmp_path / "runs" / name / "run.json"
    record.write_text('{"status": "finished", "store_version": "first"}')
    with pytest.raises(DataError, match=rf"runs/{name}: must have been made from what .*phantom"):
        run(matrix, fake, tmp_path)
    record.write_text('{"status": "finished", "store_version": "second"}')
    assert run(matrix, fake, tmp_path)[1] == {}


def test_what_only_finished_cells_need_is_not_made_again(matrix, fake, tmp_path):
    plan, _ = run(matrix, fake, tmp_path)
    first = next(name for name in plan.runs if "-global-" in name)
    shutil.rmtree(tmp_path / "runs" / first)
    fake.calls.clear()
    run(matrix, fake, tmp_path)
    assert fake.calls == []


def test_a_run_that_another_command_is_at_is_waited_for(matrix, fake, tmp_path, lines):
    name = next(iter(make_plan(matrix, "small", Selection()).runs))
    (tmp_path / "locks").mkdir()
    other = FileLock(tmp_path / "locks" / f"{name}.lock", thread_local=False)
    other.acquire()

    def release(line: str) -> None:
        if "waiting for another command" in line:
            assert not fake.calls
            other.release()

    with heard(release):
        plan, failed = run(matrix, fake, tmp_path)
    assert failed == {} and f"{name}: waiting for another command that is at it" in lines
    assert len(fake.calls) == len(plan.runs) + len(plan.cells)


def test_waiting_ends_when_the_matrix_is_stopped(matrix, fake, tmp_path):
    name = next(iter(make_plan(matrix, "small", Selection()).runs))
    (tmp_path / "locks").mkdir()
    fake.stopped = True
    with (
        FileLock(tmp_path / "locks" / f"{name}.lock", thread_local=False),
        pytest.raises(KeyboardInterrupt),
    ):
        run(matrix, fake, tmp_path)
    assert fake.calls == []


def test_an_evaluation_of_other_volumes_is_made_again(matrix, fake, tmp_path):
    plan, _ = run(matrix, fake, tmp_path)
    last = plan.cells[0].runs[-1]
    metrics = tmp_path / "runs" / last / "evaluation-test" / "metrics.json"
    metrics.write_text('{"summary": {"dice": {"mean": 0.9}}, "rows": [{"volume": "001"}]}')
    fake.calls.clear()
    run(matrix, fake, tmp_path)
    assert [call[:3] for call in fake.calls] == [["evaluate", "--run", last]]


def test_a_failing_run_stops_the_cells_that_need_it_and_no_other(matrix, fake, tmp_path, lines):
    fake.failing = ("-local-",)
    plan, failed = run(matrix, fake, tmp_path)
    assert len(failed) == 2 and all("-local-" in name for name in failed)
    entries = {(e.row, e.ntr): e for e in collect(matrix, "small", plan, tmp_path / "runs")}
    assert entries["GD + LR", 1].dice == () and entries["GD + LR", 1].planned == 2
    assert entries["GD", 1].dice == (0.25, 0.25)
    assert sum("failed: exit status 1: it broke" in line for line in lines) == 2
    assert sum(": failed  (" in line for line in lines) == 4


def test_a_missing_store_is_named_before_anything_runs(matrix, fake, tmp_path):
    plan = make_plan(matrix, "small", Selection(), ["data.layout=acdc"])
    with pytest.raises(DataError, match="stores/phantom: no such store; make it with dscl-tf data"):
        execute(plan, tmp_path / "stores", tmp_path, {}, call=fake)
    assert fake.calls == []


@pytest.mark.parametrize("jobs", [2, 5])
def test_runs_go_on_side_by_side_each_after_those_it_needs(matrix, fake, tmp_path, jobs):
    plan, failed = run(matrix, fake, tmp_path, jobs=jobs)
    assert failed == {} and len(fake.calls) == len(plan.runs) + len(plan.cells)
    assert 1 < fake.most_at_once <= jobs  # that sources are finished, the fake checks


def test_stopping_ends_what_runs(matrix, fake, tmp_path):
    fake.stop_before = 2
    with pytest.raises(KeyboardInterrupt):
        run(matrix, fake, tmp_path, jobs=2)
    assert fake.stopped


def test_the_papers_numbers_stand_beside_its_own_data_only(matrix, fake, tmp_path):
    plan, _ = run(matrix, fake, tmp_path)
    for scales, number in ((None, 0.5), (("small",), 0.5), (("other",), None)):
        table = matrix.model_copy(update={"paper_scales": scales})
        entries = {(e.row, e.ntr): e for e in collect(table, "small", plan, tmp_path / "runs")}
        assert entries["random", 1].paper == number
