import json

import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError
from dscl_tf.files import write_json
from dscl_tf.runs.resume import warn_unless_exact
from dscl_tf.runs.run import Run


@pytest.fixture
def run(tiny: Experiment, tmp_path) -> Run:
    return Run.create(tmp_path, "run", "pretrain_global", tiny, {"init": None})


def change(run: Run, **settings) -> None:
    path = run.path / "environment.json"
    record = json.loads(path.read_text())
    write_json(path, {**record, "process": {**record["process"], **settings}})


def test_under_the_same_settings_nothing_is_said(run: Run, lines) -> None:
    warn_unless_exact(run)
    assert lines == []


def test_other_settings_are_named(run: Run, lines) -> None:
    change(run, threads=1000, processor="Another")
    warn_unless_exact(run)
    (line,) = lines
    assert "not bit by bit" in line and "threads 1000, now " in line
    assert "processor Another, now " in line


def test_a_run_of_before_is_named(run: Run, lines) -> None:
    path = run.path / "environment.json"
    record = json.loads(path.read_text())
    del record["process"]
    write_json(path, record)
    warn_unless_exact(run)
    (line,) = lines
    assert "does not say how the run computed" in line


def test_a_damaged_record_is_an_error(run: Run) -> None:
    (run.path / "environment.json").write_text("[")
    with pytest.raises(DataError, match=r"environment\.json: must be JSON"):
        warn_unless_exact(run)


def test_what_another_version_records_is_not_compared(run: Run, lines) -> None:
    change(run, added_later={"a": [1]}, **dict.fromkeys(["instructions"], run.record["started"]))
    warn_unless_exact(run)
    (line,) = lines
    assert "added_later" not in line and "instructions " in line


@pytest.mark.parametrize("process", [{}, [], "text", 7, None, {"other": 1}])
def test_a_record_of_another_form_is_named(run: Run, lines, process) -> None:
    path = run.path / "environment.json"
    write_json(path, {**json.loads(path.read_text()), "process": process})
    warn_unless_exact(run)
    (line,) = lines
    assert "does not say how the run computed" in line


@pytest.mark.parametrize("value", ["x" * 10**6, "a\nb\x1b[31m", [[[]]] * 1000, {"a": {"b": 1}}])
def test_any_value_is_told_on_one_short_line(run: Run, lines, value) -> None:
    change(run, threads=value)
    warn_unless_exact(run)
    (line,) = lines
    assert line.isprintable() and len(line) < 500
