import numpy as np
import pytest
from pydicom.encaps import encapsulate
from pydicom.uid import HTJ2K, JPEG2000, MediaStorageDirectoryStorage, SegmentationStorage

from dscl_tf.data.io.dicom.file import may_be_slice, read_header, read_pixels
from dscl_tf.errors import DataError
from tests.data.io.dicom.files import save_slices, slice_of

PIXELS = np.arange(20).reshape(4, 5)


def write(folder, one):
    return save_slices(folder, [one]) / "000.dcm"


def test_pixels_are_rescaled_rows_by_columns(tmp_path):
    one = slice_of(PIXELS, (0, 0, 0), RescaleSlope=0.5, RescaleIntercept=-3)
    pixels = read_pixels(read_header(write(tmp_path, one)))
    assert pixels.dtype == np.float32
    np.testing.assert_array_equal(pixels, PIXELS / 2 - 3)


def test_a_header_that_changed_is_read_anew(tmp_path):
    first = read_header(write(tmp_path, slice_of(PIXELS, (0, 0, 1))))
    second = read_header(write(tmp_path, slice_of(PIXELS, (0, 0, 22))))
    assert first.numbers("ImagePositionPatient", 3) == (0, 0, 1)
    assert second.numbers("ImagePositionPatient", 3) == (0, 0, 22)


def test_a_description_in_another_character_set_can_be_printed(tmp_path):
    one = slice_of(PIXELS, (0, 0, 0), SpecificCharacterSet="ISO_IR 100", SeriesDescription="tête")
    read_header(write(tmp_path, one)).values["SeriesDescription"].encode()


@pytest.mark.parametrize("name", ["notes.txt", "a.nii.gz", "DICOMDIR", "seg.dcm"])
def test_what_clearly_is_no_slice(tmp_path, name):
    classes = {"DICOMDIR": MediaStorageDirectoryStorage, "seg.dcm": SegmentationStorage}
    if sop_class := classes.get(name):
        save_slices(tmp_path, [slice_of(PIXELS, (0, 0, 0), SOPClassUID=sop_class)], [name])
    else:
        (tmp_path / name).write_bytes(b"not DICOM")
    assert not may_be_slice(tmp_path / name)


def test_a_slice_without_the_mark_is_still_one(tmp_path):
    path = write(tmp_path, slice_of(PIXELS, (0, 0, 0)))
    (tmp_path / "bare").write_bytes(path.read_bytes()[132:])
    assert may_be_slice(tmp_path / "bare")
    np.testing.assert_array_equal(read_pixels(read_header(tmp_path / "bare")), PIXELS)


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(path.read_bytes()[:-9]),
        lambda path: path.write_bytes(path.read_bytes()[:300]),
        lambda path: path.write_bytes(b""),
        lambda path: write(path.parent, slice_of(PIXELS, (0, 0, 0), PixelData=None)),
    ],
)
def test_a_damaged_file_is_named_and_nothing_else_is_printed(tmp_path, damage, capfd):
    path = write(tmp_path, slice_of(PIXELS, (0, 0, 0)))
    damage(path)
    assert may_be_slice(path)
    with pytest.raises(DataError, match=rf"^{path}: must be a DICOM image, got .* no pixel data$"):
        read_header(path)
    assert capfd.readouterr() == ("", "")


def test_pixels_that_gdcm_cannot_read_are_an_error_with_the_transfer_syntax(tmp_path, capfd):
    one = slice_of(PIXELS, (0, 0, 0), PixelData=encapsulate([b"\0" * 20]))
    one.file_meta.TransferSyntaxUID = HTJ2K
    header = read_header(write(tmp_path, one))
    with pytest.raises(DataError, match=rf"cannot be read by GDCM, got transfer syntax {HTJ2K}$"):
        read_pixels(header)
    assert capfd.readouterr() == ("", "")


def test_pixel_data_that_is_too_short_is_not_filled_up(tmp_path):
    pixels = np.zeros((64, 64))
    path = write(tmp_path, slice_of(pixels, (0, 0, 0), PixelData=b"\0" * 100))
    with pytest.raises(DataError, match=r"must hold 64 x 64 pixels, 8192 bytes, got \d+ bytes$"):
        read_pixels(read_header(path))


def test_a_slice_larger_than_any_is_not_unpacked(tmp_path):
    one = slice_of(PIXELS, (0, 0, 0), PixelData=encapsulate([b"\0" * 20]))
    one.Rows = one.Columns = 65535
    one.file_meta.TransferSyntaxUID = JPEG2000
    header = read_header(write(tmp_path, one))
    with pytest.raises(DataError, match=r"at most 268435456 pixels, got 65535 x 65535 of them$"):
        read_pixels(header)


@pytest.mark.parametrize("value", [None, [1, 2], ["nan", 2, 3]])
def test_an_entry_must_hold_its_numbers(tmp_path, value):
    path = write(tmp_path, slice_of(PIXELS, (0, 0, 0), PixelSpacing=[1, 1]))
    header = read_header(path)
    text = {} if value is None else {"ImagePositionPatient": "\\".join(map(str, value))}
    header = type(header)(path, text)
    with pytest.raises(DataError, match="ImagePositionPatient must be 3 numbers, got "):
        header.numbers("ImagePositionPatient", 3)
