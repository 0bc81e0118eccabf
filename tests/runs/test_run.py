import errno
import json
import os
from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError, UsageError
from dscl_tf.runs.run import Run
from tests.runs.made import create


def test_a_run_is_read_back_as_it_was_written(tiny: Experiment, tmp_path: Path) -> None:
    created = create(tmp_path / "new" / "runs", tiny, "first")
    opened = Run.open(created.path)
    assert opened.config == tiny
    assert opened.record == created.record
    assert (opened.stage, opened.finished) == ("finetune", False)
    environment = json.loads((opened.path / "environment.json").read_text())
    assert environment["packages"]["keras"]


def test_nameless_runs_never_collide(tiny: Experiment, tmp_path: Path) -> None:
    runs = [create(tmp_path, tiny) for _ in range(3)]
    assert len({run.path for run in runs}) == 3
    assert all(run.path.name.startswith("tiny-finetune-") for run in runs)


def test_an_existing_name_is_an_error(tiny: Experiment, tmp_path: Path) -> None:
    create(tmp_path, tiny, "first")
    with pytest.raises(DataError, match="first: the run directory must not exist yet"):
        create(tmp_path, tiny, "first")


@pytest.mark.parametrize("name", ["latest", "none", "a/b", "/run", "..", ""])
def test_a_name_must_be_bare(tiny: Experiment, tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="`name`: must be a bare name"):
        create(tmp_path, tiny, name)
    assert not list(tmp_path.iterdir())


def test_a_full_disk_leaves_no_run(
    tiny: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match="cannot be written: No space left on device"):
        create(tmp_path, tiny, "first")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (None, "not a run directory"),
        ("{", "must be JSON"),
        ("{}", "must hold stage, experiment, status, started"),
        ("1", "must hold an object of keys, got int"),
        ("[" * 100_000, "must be JSON, got too many nested brackets"),
        ('{"stage": 1, "experiment": "a", "status": "b", "started": "c"}', "stage: .* string, got"),
        ('{"stage": "a", "stage": "b"}', "must name each key once, got twice 'stage'"),
    ],
)
def test_a_damaged_run_is_named(
    tiny: Experiment, tmp_path: Path, text: str | None, message: str
) -> None:
    path = create(tmp_path, tiny, "first").path
    (path / "run.json").unlink()
    if text is not None:
        (path / "run.json").write_text(text)
    with pytest.raises(DataError, match=message) as error:
        Run.open(path)
    assert str(path) in str(error.value)


def test_arrays_come_back_and_a_damaged_file_is_named(tiny: Experiment, tmp_path: Path) -> None:
    run = create(tmp_path, tiny, "first")
    run.save_arrays("weights", {"a/kernel": np.arange(3.0)})
    assert run.load_arrays("weights")["a/kernel"].tolist() == [0, 1, 2]
    file = run.path / "weights.npz"
    file.write_bytes(file.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"weights\.npz: cannot be read"):
        run.load_arrays("weights")
    with pytest.raises(DataError, match=r"best\.npz: cannot be read: No such file"):
        run.load_arrays("best")


@pytest.mark.parametrize("left", [(), ("config.yaml",), ("config.yaml", ".run.json.7.tmp")])
def test_a_run_that_was_killed_before_its_record_can_be_made_again(
    tiny: Experiment, tmp_path: Path, left: tuple[str, ...]
) -> None:
    (tmp_path / "x").mkdir()
    for name in left:
        (tmp_path / "x" / name).touch()
    assert Run.open(create(tmp_path, tiny, "x").path).config == tiny
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_folder_of_other_files_is_kept(tiny: Experiment, tmp_path: Path) -> None:
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine").touch()
    with pytest.raises(DataError, match="x: the run directory must not exist yet"):
        create(tmp_path, tiny, "x")
    assert (tmp_path / "x" / "mine").exists()


def test_what_is_killed_meanwhile_is_no_run(
    tiny: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kill(path: Path, tree: object) -> None:
        assert not (tmp_path / "x").exists()
        raise SystemExit

    monkeypatch.setattr("dscl_tf.runs.run.write_json", kill)
    with pytest.raises(SystemExit):
        create(tmp_path, tiny, "x")
    assert not list(tmp_path.iterdir())


def test_volumes_may_be_called_as_arguments_of_numpy(tiny: Experiment, tmp_path: Path) -> None:
    run = create(tmp_path, tiny, "first")
    run.save_arrays("pseudo_labels-1", {"file": np.ones(2), "allow_pickle": np.zeros(2)})
    assert list(run.load_arrays("pseudo_labels-1")) == ["file", "allow_pickle"]
