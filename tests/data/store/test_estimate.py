"""What does not fit on the disk is refused before a volume is read."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from dscl_tf.data.layouts import Case
from dscl_tf.data.store import SliceStore, write_store
from dscl_tf.data.store.estimate import least_bytes
from dscl_tf.data.store.index import settings_of
from dscl_tf.data.store.shard_files import slice_bytes
from dscl_tf.errors import DataError
from tests.data.files import ramp, save, settings


@pytest.fixture
def cases(tmp_path: Path) -> list[Case]:
    return [Case(id, save(tmp_path / f"{id}.nii.gz", ramp((9, 8, 5))), None) for id in "ab"]


def test_the_least_is_not_more_than_a_store_takes(cases, tmp_path: Path) -> None:
    data = settings()
    write_store(cases, data, tmp_path / "store")
    store = SliceStore.open(tmp_path / "store")
    assert least_bytes(cases, data) == store.images.nbytes + store.masks.nbytes
    assert (
        slice_bytes(settings_of(data)) * len(store.images)
        == store.images.nbytes + store.masks.nbytes
    )


def test_of_a_file_that_cannot_be_read_a_slice_is_certain(tmp_path: Path) -> None:
    (tmp_path / "bad.nii").write_bytes(b"x")
    listed = [Case("a", tmp_path / name, None) for name in ("bad.nii", "none.nii.gz", "a.mha")]
    assert least_bytes(listed, settings()) == 3 * slice_bytes(settings_of(settings()))


def test_a_disk_without_room_is_one_line_and_nothing_is_read(
    cases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed = least_bytes(cases, settings())
    free = SimpleNamespace(free=needed - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda place: free)
    with pytest.raises(DataError, match=r"store: preparing the volumes needs about .* free$"):
        write_store(cases, settings(), tmp_path / "store")
    assert not (tmp_path / "store").exists()
    free.free = needed
    write_store(cases, settings(), tmp_path / "store")
    free.free = 0  # nothing is left to do, so that nothing is asked
    assert write_store(cases, settings(), tmp_path / "store").kept == ["a", "b"]
    assert np.isfinite(SliceStore.open(tmp_path / "store").images).all()
