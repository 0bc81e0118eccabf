"""Plans of DICOM series."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.io.dicom import read_series
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.sources import find_source
from tests.data.files import save
from tests.data.io.dicom.files import save_slices, slices_of
from tests.planning.scans import scan


def write_series(folder: Path, number: int, **entries) -> Path:
    """A series with a UID of its own."""
    array = scan(number, shape=(10, 12, 5))[0].astype(np.uint16)
    return save_slices(folder, slices_of(array, SeriesInstanceUID=f"1.2.{number}", **entries))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two patients with two series each, and a mask of one."""
    for number in (1, 2):
        write_series(tmp_path / f"p{number}/t2", number)
        write_series(tmp_path / f"p{number}/loc", number + 10, SeriesDescription="scout [x]")
    place = read_series(tmp_path / "p1/t2")
    mask = np.zeros(place.array.shape, np.uint8)
    mask[3, 3, 3] = 1
    save(tmp_path / "masks/p1_t2.nii.gz", mask, place.affine)
    return tmp_path


def test_the_series_with_masks_are_used(source: Path) -> None:
    found = find_source(source)
    assert [case.id for case in found.cases] == ["p1_t2", "p2_t2"]
    assert found.settings["dicom"] == {"series": "t2_tse", "masks": "masks/{id}.nii.gz"}
    assert found.masks == 1


def test_the_pattern_of_masks_may_be_given(source: Path) -> None:
    save(source / "spare.nii.gz", np.ones((3, 3, 3), np.float32))
    assert find_source(source, masks="masks/{id}.nii.gz").masks == 1
    with pytest.raises(UsageError, match=r"data\.dicom\.masks: must hold {id} or {patient}, got"):
        find_source(source, masks="masks/all.nii.gz")


def test_masks_may_be_named_by_patient(source: Path) -> None:
    for number in (1, 2):
        write_series(source / f"p{number}/t2", number, PatientID=f"case {number}")
    (source / "masks/p1_t2.nii.gz").rename(source / "masks/case 1.nii.gz")
    found = find_source(source)
    assert found.settings["dicom"] == {"series": "t2_tse", "masks": "masks/{patient}.nii.gz"}
    assert found.masks == 1


def test_a_number_in_the_name_of_a_patient_is_not_that_of_a_series(tmp_path: Path) -> None:
    for number, patient in ((1, "P2"), (2, "P1")):
        write_series(tmp_path / str(number), number, PatientID=patient)
    place = read_series(tmp_path / "1")
    save(tmp_path / "masks/P2.nii.gz", np.ones(place.array.shape, np.uint8), place.affine)
    found = find_source(tmp_path)
    assert found.settings["dicom"]["masks"] == "masks/{patient}.nii.gz"
    assert {case.id: bool(case.mask) for case in found.cases} == {"1": True, "2": False}


def test_volumes_that_are_no_masks_are_another_kind(source: Path) -> None:
    (source / "masks/p1_t2.nii.gz").rename(source / "masks/other.nii.gz")
    with pytest.raises(DataError, match="a mask's path must hold the id of its series: p1_"):
        find_source(source)
