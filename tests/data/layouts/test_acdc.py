import re

import pytest

from dscl_tf.data.layouts import find_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.errors import DataError
from tests.data.files import settings


def patient(part, number, info="ED: 1\nES: 9\n", frames=("01",), masks=("01",)):
    folder = part / f"patient{number}"
    folder.mkdir(parents=True)
    if info is not None:
        (folder / "Info.cfg").write_text(info)
    for frame in frames:
        (folder / f"patient{number}_frame{frame}.nii.gz").touch()
    for frame in masks:
        (folder / f"patient{number}_frame{frame}_gt.nii.gz").touch()
    return folder


def test_cases_are_the_end_diastolic_frames_sorted_by_id(tmp_path):
    later = patient(tmp_path / "training", "010", "ED: 12\nES: 1\n", ("01", "12"), ("01", "12"))
    first = patient(tmp_path / "training", "002", "Group: DCM\nED : 4 \nES: 9", ("04",), ())
    tested = patient(tmp_path / "testing", "101")
    (tmp_path / "training" / "notes").mkdir()
    (tmp_path / "MANDATORY_CITATION.md").touch()
    assert find_cases(settings(layout="acdc"), tmp_path) == [
        Case("002", first / "patient002_frame04.nii.gz", None),
        Case(
            "010",
            later / "patient010_frame12.nii.gz",
            later / "patient010_frame12_gt.nii.gz",
        ),
        Case(
            "101",
            tested / "patient101_frame01.nii.gz",
            tested / "patient101_frame01_gt.nii.gz",
        ),
    ]
    data = settings(layout="acdc")
    assert find_cases(data, tmp_path / "training") == find_cases(data, tmp_path)[:2]


@pytest.mark.parametrize(
    ("info", "frames", "message"),
    [
        (None, ("01",), "Info.cfg: cannot be read: No such file or directory"),
        ("ES: 9\nED:\n", ("01",), "Info.cfg: must name the end-diastolic frame in a line 'ED: <n"),
        ("ED: 4", ("01",), "patient007_frame04.nii.gz: the end-diastolic frame .* is missing"),
    ],
)
def test_an_incomplete_patient_is_named(tmp_path, info, frames, message):
    folder = patient(tmp_path, "007", info, frames)
    (case,) = find_cases(settings(layout="acdc"), tmp_path)
    assert case.id == "007"
    assert re.match(f"^{re.escape(str(folder))}/{message}", case.problem)


def test_a_source_without_patients_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a folder .* got no such folder$"):
        find_cases(settings(layout="acdc"), tmp_path / "absent")
    with pytest.raises(DataError, match=r"must hold folders training/patientNNN, got none$"):
        find_cases(settings(layout="acdc"), tmp_path)


def test_a_broken_link_is_no_missing_mask(tmp_path):
    folder = patient(tmp_path, "007", masks=())
    mask = folder / "patient007_frame01_gt.nii.gz"
    mask.symlink_to("nowhere.nii.gz")
    assert find_cases(settings(layout="acdc"), tmp_path)[0].mask == mask


@pytest.mark.parametrize("target", ["nowhere", "patient007"])
def test_a_patient_whose_link_is_broken_is_not_left_out(tmp_path, target):
    patient(tmp_path, "001")
    (tmp_path / "patient007").symlink_to(target)
    problems = [case.problem for case in find_cases(settings(layout="acdc"), tmp_path)]
    assert problems[0] is None and "patient007/Info.cfg: cannot be read: " in problems[1]


def test_a_source_that_is_a_file_is_named(tmp_path):
    (tmp_path / "data.zip").touch()
    with pytest.raises(DataError, match=r"data.zip: must be a folder .* got a file$"):
        find_cases(settings(layout="acdc"), tmp_path / "data.zip")
