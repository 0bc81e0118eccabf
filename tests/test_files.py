import errno
import os
from pathlib import Path

import pytest
from filelock import FileLock

from dscl_tf.errors import DataError
from dscl_tf.files import (
    atomic_directory,
    atomic_write,
    lock,
    report_read_errors,
    whole_directory,
    whole_file,
)
from tests.logs import heard


def test_an_interrupted_write_keeps_the_former_content(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with pytest.raises(RuntimeError), atomic_write(path) as file:
        file.write(b"new")
        raise RuntimeError
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_full_disk_is_a_data_error_that_names_the_file(tmp_path: Path) -> None:
    full = pytest.raises(DataError, match="file: cannot be written: No space")
    with full, atomic_write(tmp_path / "file"):
        raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_directory_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "out"
    with pytest.raises(RuntimeError), atomic_directory(target) as folder:
        (folder / "part").write_text("x")
        raise RuntimeError
    assert not list(tmp_path.iterdir())
    with atomic_directory(target) as folder:
        (folder / "part").write_text("x")
    assert (target / "part").read_text() == "x"


def test_an_existing_directory_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="must not exist yet"), atomic_directory(tmp_path):
        pass


def test_a_name_that_is_too_long_is_a_data_error(tmp_path: Path) -> None:
    long = pytest.raises(DataError, match=r"x: cannot be written: File name too long$")
    with long, atomic_directory(tmp_path / ("x" * 300)):
        pass


def test_a_lock_that_another_holds_is_refused_or_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "new" / ".lock"
    refused = pytest.raises(DataError, match=r"^taken$")
    with lock(path, busy="taken"), refused, lock(path, busy="taken"):
        pass
    other = FileLock(path)
    other.acquire()
    said = []

    def release(line: str) -> None:
        said.append(line)
        other.release()

    with heard(release), lock(path, busy="taken", wait=True):
        assert said == ["taken"]
        assert not other.is_locked


def test_waiting_for_a_lock_can_be_given_up(tmp_path: Path, lines: list[str]) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    path, given_up = tmp_path / ".lock", pytest.raises(KeyboardInterrupt)
    with FileLock(path), given_up, lock(path, busy="taken", wait=stop):
        pass
    assert lines == ["taken"]


def test_a_lock_that_cannot_be_made_names_its_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    refused = pytest.raises(DataError, match=r"file: cannot be written")
    with refused, lock(tmp_path / "file" / ".lock", busy="taken"):
        pass


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (PermissionError(13, "Permission denied"), "a: cannot be read: Permission denied"),
        (PermissionError(13, "Permission denied", "b"), "b: cannot be read: Permission denied"),
        (UnicodeDecodeError("utf-8", b"x", 0, 1, "bad"), "a: cannot be read: 'utf-8' codec .*bad"),
    ],
)
def test_an_error_of_reading_names_the_file(error: Exception, message: str) -> None:
    with pytest.raises(DataError, match=f"^{message}$"), report_read_errors(Path("a")):
        raise error


def test_without_a_report_an_error_of_writing_stays_what_it_is(tmp_path: Path) -> None:
    for unreported in (whole_file, whole_directory):
        with pytest.raises(OSError, match="No space"), unreported(tmp_path / "out"):
            raise OSError(errno.ENOSPC, "No space left on device")
    assert not list(tmp_path.iterdir())


def test_a_pipe_is_not_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (
        pytest.raises(DataError, match=r"pipe: cannot be written: must be a file, got a device or"),
        atomic_write(tmp_path / "pipe"),
    ):
        pytest.fail("must not be opened")
    assert (tmp_path / "pipe").is_fifo() and len(list(tmp_path.iterdir())) == 1
