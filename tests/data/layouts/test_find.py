import os
from pathlib import Path

import pytest

from dscl_tf.data.layouts import find_cases
from dscl_tf.data.layouts.find import find
from dscl_tf.errors import DataError
from tests.data.files import settings


def test_each_level_has_its_pattern(tmp_path: Path) -> None:
    for name in ("a/x1.nii", "a/y.txt", "b/x2.nii", "b/c/x3.nii", "ab/x4.nii"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [path.name for path in find(tmp_path, ["?", "x*.nii"])] == ["x1.nii", "x2.nii"]
    assert list(find(tmp_path, ["b", "c", "*"])) == [tmp_path / "b/c/x3.nii"]
    assert list(find(tmp_path, ["nothing", "*"])) == []


@pytest.mark.parametrize("layout", ["folder", "cityscapes", "dicom"])
def test_a_folder_that_may_not_be_listed_is_no_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    images = {"folder": "images", "cityscapes": "leftImg8bit/train/zurich", "dicom": "p1"}[layout]
    closed = tmp_path / images
    closed.mkdir(parents=True)
    listed = os.scandir, os.listdir

    def refuse(original):
        def answer(path="."):
            if Path(path) == closed:
                raise PermissionError(13, "Permission denied", str(path))
            return original(path)

        return answer

    for name, original in zip(("scandir", "listdir"), listed, strict=True):
        monkeypatch.setattr(os, name, refuse(original))
    folder = {"images": "images/{id}.nii"} if layout == "folder" else None
    with pytest.raises(DataError, match=rf"{images}: cannot be read: Permission denied"):
        for case in find_cases(settings(layout=layout, folder=folder), tmp_path):
            raise DataError(case.problem)
