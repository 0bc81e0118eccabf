import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813

from dscl_tf.data.io import nifti
from dscl_tf.data.io.dicom.series import (
    NO_SLICES,
    find_series,
    is_series,
    read_series,
    series_of,
)
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, ramp
from tests.data.io.dicom.files import AXIAL, oblique, save_series, save_slices, slices_of

DIRECTIONS = {
    "axial": AXIAL,
    "coronal": (1, 0, 0, 0, 0, -1),
    "sagittal": (0, 1, 0, 0, 0, -1),
    "downward": (1, 0, 0, 0, -1, 0),
    "oblique": oblique(),
}


def by_simpleitk(folder):
    names = sitk.ImageSeriesReader.GetGDCMSeriesFileNames(str(folder))
    return sitk.ReadImage(names)


def corners(shape):
    return np.stack(np.meshgrid(*[(0, side - 1) for side in shape]), -1).reshape(-1, 3)


@pytest.mark.parametrize("directions", DIRECTIONS.values(), ids=DIRECTIONS)
def test_voxels_lie_where_simpleitk_and_a_nifti_copy_of_the_series_have_them(tmp_path, directions):
    slices = slices_of(ramp(), directions)
    order = np.random.default_rng(0).permutation(len(slices))
    folder = save_slices(tmp_path / "scan", slices, [f"{index:02d}" for index in order])
    volume = read_series(folder)
    np.testing.assert_array_equal(volume.array, ramp())
    assert volume.array.dtype == np.float32 and volume.oriented and volume.path == folder
    np.testing.assert_allclose(volume.spacing, (2, 1.5, 4), atol=1e-6)

    image = by_simpleitk(folder)
    sitk.WriteImage(image, str(tmp_path / "copy.nii.gz"))
    copy = nifti.read_image(tmp_path / "copy.nii.gz")
    for index in corners(ramp().shape):
        place = volume.affine @ [*index, 1]
        in_simpleitk = image.TransformPhysicalPointToIndex((-place[0], -place[1], place[2]))
        in_copy = np.linalg.inv(copy.affine) @ place
        assert image[in_simpleitk] == volume.array[tuple(index)]
        assert copy.array[tuple(np.rint(in_copy[:3]).astype(int))] == volume.array[tuple(index)]
        found = np.array(image.TransformIndexToPhysicalPoint(in_simpleitk)) * (-1, -1, 1)
        np.testing.assert_allclose(found, place[:3], atol=1e-3)
        np.testing.assert_allclose(copy.affine @ [*np.rint(in_copy)], place, atol=1e-3)


@pytest.mark.parametrize("directions", [AXIAL, oblique()])
def test_a_written_mask_overlays_the_series_in_simpleitk(tmp_path, directions):
    volume = read_series(save_series(tmp_path / "scan", ramp(), directions=directions))
    mask = (volume.array > 200).astype(np.uint8)
    nifti.write_mask(tmp_path / "mask.nii.gz", mask, volume)
    image, written = by_simpleitk(tmp_path / "scan"), sitk.ReadImage(str(tmp_path / "mask.nii.gz"))
    statistics = sitk.LabelShapeStatisticsImageFilter()
    centres = []
    for labels in (sitk.Cast(image > 200, sitk.sitkUInt8), written):
        statistics.Execute(labels)
        centres.append(statistics.GetCentroid(1))
    np.testing.assert_allclose(*centres, atol=1e-3)
    on_image = sitk.Resample(written, image, sitk.Transform(), sitk.sitkNearestNeighbor)
    np.testing.assert_array_equal(sitk.GetArrayFromImage(on_image).T, mask)


def test_each_slice_is_rescaled_by_its_own_slope(tmp_path):
    slices = slices_of(np.full((4, 3, 2), 10))
    for slope, one in zip((2, 0.25), slices, strict=True):
        one.RescaleSlope, one.RescaleIntercept = slope, -1
    array = read_series(save_slices(tmp_path, slices)).array
    np.testing.assert_array_equal(array[0, 0], (19, 1.5))


def test_a_mask_with_turned_axes_labels_the_same_voxels(tmp_path):
    volume = read_series(save_series(tmp_path / "scan", ramp(), directions=oblique()))
    labels = (ramp() % 3).astype(np.uint8)
    turned = nib.Nifti1Image(labels, volume.affine).as_reoriented([[1, -1], [2, 1], [0, -1]])
    nib.save(turned, tmp_path / "mask.nii.gz")
    np.testing.assert_array_equal(
        nifti.read_mask(tmp_path / "mask.nii.gz", volume, CLASSES), labels
    )


def test_series_of_one_folder_are_told_apart(tmp_path):
    save_slices(tmp_path, slices_of(ramp(), SeriesInstanceUID="1.8", SeriesNumber=12), list("aceg"))
    second = slices_of(ramp() + 5, oblique(), SeriesDescription="dwi", SeriesInstanceUID="1.9")
    save_slices(tmp_path, second, list("bdfh"))
    (tmp_path / "report.txt").write_text("no slice")
    found, passed_over = find_series(tmp_path)
    assert [(one.number, one.description, one.uid) for one in found] == [
        ("3", "dwi", "1.9"),
        ("12", "t2_tse", "1.8"),
    ]
    assert passed_over == {NO_SLICES: 1}
    np.testing.assert_array_equal(read_series(tmp_path / "f").array, ramp() + 5)
    np.testing.assert_array_equal(read_series(tmp_path / "g").array, ramp())
    assert is_series(tmp_path) and is_series(tmp_path / "a")
    assert not is_series(tmp_path / "report.txt") and not is_series(tmp_path / "absent")
    message = r"must hold one DICOM series, got series 3 dwi, series 12 t2_tse$"
    with pytest.raises(DataError, match=message):
        series_of(tmp_path)


def test_a_folder_without_a_series_is_named(tmp_path):
    with pytest.raises(DataError, match=rf"^{tmp_path}: must hold one DICOM series, got none$"):
        read_series(tmp_path)


def test_a_slice_must_name_its_series(tmp_path):
    save_series(tmp_path, ramp(), SeriesInstanceUID=None)
    with pytest.raises(DataError, match=r"000\.dcm: must name its series in SeriesInstanceUID"):
        find_series(tmp_path)


def test_intensities_must_vary(tmp_path):
    save_series(tmp_path, 0 * ramp())
    with pytest.raises(DataError, match=rf"^{tmp_path}: intensities must vary, got 0 in every"):
        read_series(tmp_path)


def test_messages_name_folder_and_series(tmp_path):
    slices = slices_of(ramp())
    save_slices(tmp_path, [slices[0], slices[1], slices[3]])
    message = r"\(series 3 t2_tse\): no slice may be missing, got 1 missing between 001.dcm and 002"
    with pytest.raises(DataError, match=message):
        read_series(tmp_path)
