"""Files that are taken for unchanged without being read."""

import os
import time
from pathlib import Path

import pytest

from dscl_tf.data.store import known_files, write_store
from dscl_tf.data.store.known_files import KnownFiles
from dscl_tf.errors import DataError
from tests.data.files import settings
from tests.data.store.sources import content, new_mask


@pytest.fixture
def aged(listed):
    """The same volumes, last changed a minute ago."""
    then = time.time() - 60
    for case in listed:
        for path in filter(None, (case.image, case.mask)):
            os.utime(path, (then, then))
    return listed


@pytest.fixture
def reads(monkeypatch) -> list[str]:
    """The names of the files that are read."""
    names, real = [], known_files.sha256
    monkeypatch.setattr(known_files, "sha256", lambda path: names.append(path.name) or real(path))
    return names


def test_files_are_read_once(tmp_path, aged, reads):
    for _ in range(2):
        write_store(aged, settings(), tmp_path / "store", trust_times=True)
    assert sorted(reads) == ["a.nii.gz", "a_gt.nii.gz", "b.nii.gz", "b_gt.nii.gz", "c.nii.gz"]
    write_store(aged, settings(), tmp_path / "plain")
    assert content(tmp_path / "store") == content(tmp_path / "plain")


def test_a_changed_file_is_read_again(tmp_path, aged, reads):
    write_store(aged, settings(), tmp_path / "store", trust_times=True)
    reads.clear()
    done = write_store(new_mask(aged), settings(), tmp_path / "store", trust_times=True)
    assert (reads, done.prepared) == (["a_gt.nii.gz"], ["a"])


def test_a_file_of_the_last_seconds_is_not_remembered(tmp_path, listed):
    known = KnownFiles.of(tmp_path / "store")
    known.sha256(listed[0].image)
    assert known.now == {}


def test_a_file_that_was_replaced_is_another(tmp_path, aged):
    path = aged[0].image
    known = KnownFiles.of(tmp_path / "store")
    before, facts = known.sha256(path), path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes()[:-1] + b"x")
    os.utime(other, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    other.replace(path)
    assert known.sha256(path) != before, "same size and time, another inode"


def test_a_damaged_list_is_one_line(tmp_path: Path) -> None:
    (tmp_path / ".store.times.npz").write_bytes(b"PK")
    with pytest.raises(DataError, match=r"\.store\.times\.npz: cannot be read as \.npz"):
        KnownFiles.of(tmp_path / "store")
