import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from dscl_tf.errors import DataError
from dscl_tf.space import check_space, size_told


@pytest.fixture(autouse=True)
def disk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda place: SimpleNamespace(free=2**20))


def test_what_fits_may_be_written_also_where_there_is_no_folder_yet(tmp_path: Path) -> None:
    check_space(tmp_path / "runs/mine", 2**20, "training")


def test_what_does_not_fit_is_one_line_with_both_sizes(tmp_path: Path) -> None:
    message = rf"^{tmp_path}/x/y: training needs about 1\.5 GiB, the disk has 1\.0 MiB free$"
    with pytest.raises(DataError, match=message):
        check_space(tmp_path / "x/y", 3 * 2**29, "training")


def test_a_disk_that_does_not_say_is_taken_to_have_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(place: Path) -> None:
        raise OSError

    monkeypatch.setattr(shutil, "disk_usage", fail)
    check_space(tmp_path, 10**30, "a store")


def test_sizes_are_told_in_their_unit() -> None:
    assert [size_told(size) for size in (0, 1023, 1024, 2**42, 2**60)] == [
        "0 bytes",
        "1023 bytes",
        "1.0 KiB",
        "4.0 TiB",
        "1024.0 PiB",
    ]
