import errno
import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from dscl_tf import temporary
from dscl_tf.files import atomic_directory, atomic_write
from dscl_tf.temporary import temporary_directory, temporary_file


def fill(kind: str, path: Path, ready) -> None:
    make = {"file": temporary_file, "directory": temporary_directory}[kind]
    with make(path):
        ready.set()
        signal.pause()


@pytest.mark.parametrize("kind", ["file", "directory"])
def test_what_a_killed_process_left_is_swept_and_what_is_in_use_is_not(
    tmp_path: Path, kind: str
) -> None:
    context = multiprocessing.get_context("fork")
    ready = [context.Event(), context.Event()]
    others = [context.Process(target=fill, args=(kind, tmp_path / "x", each)) for each in ready]
    for process, event in zip(others, ready, strict=True):
        process.start()
        assert event.wait(30)
    others[0].kill()
    others[0].join()
    assert len(list(tmp_path.iterdir())) == 2
    try:
        with atomic_write(tmp_path / "x") as file:
            file.write(b"new")
        assert len(list(tmp_path.glob(".x.*.tmp"))) == 1
    finally:
        others[1].kill()
        others[1].join()
    with atomic_directory(tmp_path / "y"):
        pass
    assert len(list(tmp_path.glob(".x.*.tmp"))) == 1  # of another name
    with atomic_write(tmp_path / "x") as file:
        file.write(b"newer")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x", "y"]


def test_a_file_has_the_rights_that_the_process_gives(tmp_path: Path) -> None:
    with atomic_write(tmp_path / "ours", "w") as file:
        file.write("x")
    (tmp_path / "plain").write_text("x")
    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_what_was_left_with_our_own_number_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / f".x.{os.getpid()}.tmp").write_text("longer than the new text")
    with atomic_write(tmp_path / "x", "w") as file:
        file.write("new")
    assert (tmp_path / "x").read_text() == "new"


def no_locks(descriptor: int, operation: int) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize("missing", ["module", "locks"])
def test_without_locks_what_may_be_in_use_stays_and_is_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: list[str], missing: str
) -> None:
    if missing == "module":
        monkeypatch.setattr(temporary, "fcntl", None)
    else:
        monkeypatch.setattr(temporary.fcntl, "flock", no_locks)
    left = tmp_path / ".x.1.tmp"
    left.write_text("of another machine")
    for text in ("new", "newer"):
        with atomic_write(tmp_path / "x", "w") as file:
            file.write(text)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".x.1.tmp", "x"]
    assert (tmp_path / "x").read_text() == "newer"
    (line,) = lines
    assert line.startswith(f"{left}: left behind, or in use by another command; ")
