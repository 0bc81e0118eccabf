import os
import re
import shutil
import warnings

import numpy as np
import pytest
from pydicom.uid import SecondaryCaptureImageStorage

from dscl_tf.data.io.dicom.series import series_of
from dscl_tf.data.layouts import find_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.dicom import list_series
from dscl_tf.errors import DataError
from tests.data.files import ramp, settings
from tests.data.io.dicom.files import save_series, save_slices, slice_of, slices_of


@pytest.fixture
def source(tmp_path):
    """A study with a lone series, two that share a folder, and files that are no slices."""
    source = tmp_path / "study"
    save_series(source / "p1" / "t2", ramp(), SeriesInstanceUID="1.1")
    for uid, number, name in (("1.2", 4, "T2_tra"), ("1.3", 5, "localizer")):
        more = {"SeriesInstanceUID": uid, "SeriesNumber": number, "SeriesDescription": name}
        save_series(source / "p2" / uid, ramp(), **more)
        for path in (source / "p2" / uid).iterdir():
            path.rename(source / "p2" / f"{uid}-{path.name}")
    (source / "notes.txt").write_text("not DICOM")
    return source


def test_ids_are_folders_and_where_series_share_one_their_numbers(source, lines):
    data = settings(layout="dicom")
    assert find_cases(data, source) == [
        Case("p1_t2", source / "p1" / "t2" / "000.dcm", None),
        Case("p2_4", source / "p2" / "1.2-000.dcm", None),
        Case("p2_5", source / "p2" / "1.3-000.dcm", None),
    ]
    assert lines == [f"{source}: passed over 1 file that holds no DICOM slices"]
    assert list(list_series(source / "p1" / "t2")) == ["t2"]


def test_series_with_one_number_are_told_apart_by_their_uid(tmp_path):
    for uid in ("1.8", "1.9"):
        save_series(tmp_path / uid, ramp(), SeriesInstanceUID=uid)
        for path in (tmp_path / uid).iterdir():
            path.rename(tmp_path / f"{uid}-{path.name}")
    assert list(list_series(tmp_path)) == [f"{tmp_path.name}_1.8", f"{tmp_path.name}_1.9"]


def test_only_series_whose_description_fits_are_volumes(source, lines):
    data = settings(layout="dicom", dicom={"series": "t2*"})
    assert [case.id for case in find_cases(data, source)] == ["p1_t2", "p2"]
    assert lines[1] == f"{source}: passed over 1 series that do not fit t2*"
    data = settings(layout="dicom", dicom={"series": "*adc*"})
    message = r"must hold DICOM series whose description fits \*adc\*, got T2_tra, localizer, t2_t"
    with pytest.raises(DataError, match=f"^{re.escape(str(source))}: {message}"):
        find_cases(data, source)


def test_masks_are_matched_by_id(source):
    data = settings(layout="dicom", dicom={"masks": "labels/{id}.nii.gz"})
    with pytest.raises(DataError, match=r"labels/p1_t2.nii.gz: data.dicom.masks must name at leas"):
        find_cases(data, source)
    (source / "labels").mkdir()
    (source / "labels" / "p2_5.nii.gz").touch()
    masks = [case.mask for case in find_cases(data, source)]
    assert masks == [None, None, source / "labels" / "p2_5.nii.gz"]


@pytest.fixture
def patients(tmp_path):
    """A series of each of two patients, and a mask of one by its PatientID."""
    for number, patient in enumerate(("A-1", "A-2")):
        folder, uid = tmp_path / f"s{number}" / "t2", f"1.{number}"
        save_series(folder, ramp(), SeriesInstanceUID=uid, PatientID=patient)
    (tmp_path / "masks").mkdir()
    (tmp_path / "masks" / "A-2.nii.gz").touch()
    return tmp_path


def test_masks_may_be_matched_by_patient(patients):
    data = settings(layout="dicom", dicom={"masks": "masks/{patient}.nii.gz"})
    masks = {case.id: case.mask for case in find_cases(data, patients)}
    assert masks == {"s0_t2": None, "s1_t2": patients / "masks" / "A-2.nii.gz"}


def test_a_mask_of_a_patient_with_two_series_is_refused(patients):
    save_series(patients / "s1" / "adc", ramp(), SeriesInstanceUID="1.9", PatientID="A-2")
    data = settings(layout="dicom", dicom={"masks": "masks/{patient}.nii.gz"})
    with pytest.raises(DataError, match=r"A-2.nii.gz: .* one series, got s1_adc, s1_t2; choose"):
        find_cases(data, patients)


def test_a_patient_id_that_is_no_name_is_a_problem_of_its_series_alone(patients):
    save_series(patients / "s2", ramp(), SeriesInstanceUID="1.9", PatientID="../A")
    data = settings(layout="dicom", dicom={"masks": "masks/{patient}.nii.gz"})
    problems = {case.id: case.problem for case in find_cases(data, patients)}
    assert "needs its PatientID: a name must hold no '/', got '../A'" in problems.pop("s2")
    assert set(problems.values()) == {None}


def test_a_series_without_a_patient_id_has_no_mask(patients):
    (patients / "masks" / "A-2").mkdir()
    (patients / "masks" / "A-2.nii.gz").rename(patients / "masks" / "A-2" / "seg.nii.gz")
    (patients / "masks" / "seg.nii.gz").touch()
    save_series(patients / "s2", ramp(), SeriesInstanceUID="1.9", PatientID="")
    data = settings(layout="dicom", dicom={"masks": "masks/{patient}/seg.nii.gz"})
    masks = {case.id: case.mask for case in find_cases(data, patients)}
    assert masks["s2"] is None and masks["s1_t2"] == patients / "masks" / "A-2" / "seg.nii.gz"


def test_a_mask_pattern_without_an_id_is_refused():
    with pytest.raises(ValueError, match=r"must hold \{id\} or \{patient\}, got 'labels.nii"):
        settings(dicom={"masks": "labels.nii.gz"})


def test_a_source_without_series_is_named(tmp_path):
    with pytest.raises(DataError, match=r"absent: must be a folder of DICOM series, got no such f"):
        list_series(tmp_path / "absent")
    (tmp_path / "a.txt").touch()
    with pytest.raises(DataError, match=rf"^{tmp_path}: must hold DICOM series, got none \(1 file"):
        list_series(tmp_path)


def test_a_damaged_file_is_a_problem_of_its_folder_alone(source):
    (source / "p2" / "1.2-001.dcm").write_bytes(b"damaged" * 100)
    first, bad = find_cases(settings(layout="dicom"), source)
    assert (first.id, first.problem) == ("p1_t2", None)
    assert (bad.id, bad.image) == ("p2", source / "p2")
    assert bad.problem.startswith(f"{source}/p2/1.2-001.dcm: must be a DICOM image")
    with pytest.raises(DataError, match=r"1\.2-001\.dcm: must be a DICOM image"):
        list_series(source)


def test_a_series_in_two_folders_is_an_error(source):
    (source / "p1" / "u").mkdir()
    (source / "p1" / "t2" / "003.dcm").rename(source / "p1" / "u" / "003.dcm")
    message = r"p1/u: a series must lie in one folder, got series 3 t2_tse also in .*p1/t2$"
    with pytest.raises(DataError, match=message):
        list_series(source)
    cases = find_cases(settings(layout="dicom"), source)
    assert [case.id for case in cases if case.problem] == ["p1_t2", "p1_u"]
    assert [case.id for case in cases if not case.problem] == ["p2_4", "p2_5"]


def test_copies_of_a_series_are_counted(source, lines):
    ids = list(list_series(source))
    shutil.copytree(source / "p1" / "t2", source / "p3")
    shutil.copy(source / "p2" / "1.2-000.dcm", source / "p2" / "copy.dcm")
    assert list(list_series(source)) == ids
    assert lines[-1] == f"{source}: passed over 5 files that are copies of others"


def test_files_of_one_instance_that_differ_are_no_copies(source):
    save_series(source / "p3", ramp() + 1, SeriesInstanceUID="1.7", SOPInstanceUID="1.7.1")
    assert list_series(source)["p3"].placement().shape == ramp().shape
    (one, *_) = slices_of(ramp(), SeriesInstanceUID="1.7", SOPInstanceUID="1.7.1")
    save_slices(source / "p3", [one], ["other.dcm"])
    with pytest.raises(DataError, match="slices must lie at different positions, got 000"):
        list_series(source)["p3"].placement()


def test_reports_in_colour_are_passed_over_and_change_no_id(source, lines):
    ids = list(list_series(source))
    for folder, change in (("p1/t2", {"SamplesPerPixel": 3}), ("p2", {})):
        capture = slice_of(
            np.zeros((4, 12)),
            (0, 0, 0),
            SOPClassUID=SecondaryCaptureImageStorage,
            SeriesInstanceUID=f"9.{len(folder)}",
            SeriesDescription="Dose Report",
            ImagePositionPatient=None,
        )
        if change:
            capture.SamplesPerPixel, capture.PhotometricInterpretation = 3, "RGB"
            capture.PlanarConfiguration, capture.Columns = 0, 4
            capture.BitsAllocated = capture.BitsStored = 16
        save_slices(source / folder, [capture], ["dose.dcm"])
    assert list(list_series(source)) == ids
    assert lines[-1] == (
        f"{source}: passed over 2 files that are colour images or secondary captures, such as "
        "dose reports"
    )
    alone = source / "p4"
    alone.mkdir()
    (source / "p1" / "t2" / "dose.dcm").rename(alone / "dose.dcm")
    with pytest.raises(DataError, match=r"must hold DICOM series, got none \(1 file that is a col"):
        list_series(alone)
    with pytest.raises(DataError, match=r"one DICOM series, got none \(1 file that is a colour"):
        series_of(alone / "dose.dcm")


def test_a_secondary_capture_that_lies_in_the_patient_is_a_slice(tmp_path):
    save_series(tmp_path / "scan", ramp(), SOPClassUID=SecondaryCaptureImageStorage)
    assert list(list_series(tmp_path)) == ["scan"]


def test_a_series_number_leads_to_no_other_folder(source):
    evil = {"SeriesInstanceUID": "1.2", "SeriesNumber": None, "SeriesDescription": "T2_tra"}
    for path in (source / "p2").glob("1.2-*"):
        path.unlink()
    save_slices(source / "p2", [with_number(one) for one in slices_of(ramp(), **evil)])
    message = r"p2/000.dcm: a name must hold no '/', got 'p2_/../../../EVIL'$"
    with pytest.raises(DataError, match=message):
        list_series(source)
    cases = find_cases(settings(layout="dicom"), source)
    assert [(case.id, bool(case.problem)) for case in cases] == [
        ("p1_t2", False),
        ("p2", True),
        ("p2_5", False),
    ]


def with_number(one):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydicom says that this is no number
        one.add_new("SeriesNumber", "LO", "/../../../EVIL")
    return one


def test_linked_folders_are_listed_once(source, lines, tmp_path):
    ids = list(list_series(source))
    (source / "again").symlink_to(source / "p1")
    (source / "p1" / "loop").symlink_to(source)
    (source / "p2" / "up").symlink_to(source.parent)
    assert list(list_series(source)) == ids
    assert lines[1:3] == [
        f"{source}: passed over 3 links to folders that are listed anyway",
        f"{source}: passed over 1 file that holds no DICOM slices",
    ]
    outside = save_series(tmp_path / "outside" / "x", ramp(), SeriesInstanceUID="1.9").parent
    (outside / "x" / "loop").symlink_to(outside)
    for name in ("p3", "p4"):
        (source / name).symlink_to(outside)
    assert list(list_series(source)) == [*ids, "p3_x"]


def test_a_pipe_or_a_broken_link_is_no_slice(source, lines):
    os.mkfifo(source / "p2" / "pipe.dcm")
    (source / "p2" / "link.dcm").symlink_to("absent")
    list_series(source)
    assert lines == [f"{source}: passed over 3 files that hold no DICOM slices"]


def test_two_series_that_would_get_one_id_are_an_error(tmp_path):
    save_series(tmp_path / "a" / "b", ramp(), SeriesInstanceUID="1.1")
    save_series(tmp_path / "a_b", ramp(), SeriesInstanceUID="1.2")
    with pytest.raises(DataError, match=r"a_b: ids must differ, got a_b also for .*a/b$"):
        list_series(tmp_path)
    save_series(tmp_path / "c", ramp(), SeriesInstanceUID="1.3")
    cases = find_cases(settings(layout="dicom"), tmp_path)
    assert [case.id for case in cases if not case.problem] == ["c"]
    assert len({case.id for case in cases if case.problem}) == 2
