import sys

import numpy as np
import pytest

from dscl_tf.data.io.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.errors import DataError, UsageError
from tests.data.files import CLASSES, ramp
from tests.data.io.dicom.files import oblique, save_series, save_slices, slices_of


def test_a_segmentation_holds_each_slices_labels(tmp_path):
    highdicom = pytest.importorskip("highdicom")
    slices = slices_of(ramp(), oblique())
    scan = save_slices(tmp_path / "scan", slices, ["d", "a", "c", "b"])
    mask = (ramp() % 3).astype(np.uint8)
    mask[:, :, 1] = 0
    write_segmentation(tmp_path / "seg.dcm", mask, scan, CLASSES, "a model")
    written = highdicom.seg.segread(tmp_path / "seg.dcm")
    assert [one.SegmentLabel for one in written.SegmentSequence] == ["ring", "pool"]
    assert written.FrameOfReferenceUID == slices[0].FrameOfReferenceUID
    labels = written.get_pixels_by_source_instance(
        [one.SOPInstanceUID for one in slices],
        combine_segments=True,
        assert_missing_frames_are_empty=True,
    )
    np.testing.assert_array_equal(labels.T, mask)


def test_a_mask_of_background_alone_is_written(tmp_path, capfd, caplog):
    highdicom = pytest.importorskip("highdicom")
    scan = save_series(tmp_path / "scan", ramp())
    write_segmentation(tmp_path / "seg.dcm", np.zeros(ramp().shape, np.uint8), scan, CLASSES, "m")
    assert highdicom.seg.segread(tmp_path / "seg.dcm").number_of_segments == 2
    assert capfd.readouterr() == ("", "") and not caplog.records


def test_a_series_that_lacks_an_entry_is_named(tmp_path):
    pytest.importorskip("highdicom")
    scan = save_series(tmp_path / "scan", ramp(), StudyInstanceUID=None)
    mask = np.ones(ramp().shape, np.uint8)
    with pytest.raises(DataError, match=rf"^{scan}: cannot be referred .*StudyInstanceUID"):
        write_segmentation(tmp_path / "seg.dcm", mask, scan, CLASSES, "m")
    assert not (tmp_path / "seg.dcm").exists()


def test_without_highdicom_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "highdicom", None)
    with pytest.raises(UsageError, match=r"pip install \"dscl-tf\[dicom-seg\]\"$"):
        require_highdicom()
