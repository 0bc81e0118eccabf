"""What headers alone say agrees with what reading the whole file says."""

from pathlib import Path

import numpy as np
import pytest

from dscl_tf.data.io import read_image
from dscl_tf.data.io.headers import read_place, read_values
from dscl_tf.errors import DataError
from tests.data.files import affine, ramp, save, settings
from tests.data.io.dicom.files import save_slices, slices_of


def write_dicom(folder: Path) -> Path:
    return save_slices(folder / "series", slices_of(ramp((6, 5, 4)).astype(np.uint16)))


def write_nrrd(folder: Path) -> Path:
    sitk = pytest.importorskip("SimpleITK")
    sitk.WriteImage(sitk.GetImageFromArray(ramp((4, 5, 6))), str(folder / "a.nrrd"))
    return folder / "a.nrrd"


def write_nifti(folder: Path) -> Path:
    return save(folder / "a.nii.gz", ramp(), affine((1, 2, 3), "RSA"))


@pytest.mark.parametrize("write", [write_dicom, write_nrrd, write_nifti])
def test_a_place_is_that_of_the_image(tmp_path: Path, write) -> None:
    path = write(tmp_path)
    place, image = read_place(path, settings()), read_image(path, settings())
    assert place.array.shape == image.array.shape
    np.testing.assert_allclose(place.affine, image.affine)
    assert (place.spacing, place.oriented) == (image.spacing, image.oriented)


def test_values_have_the_axes_of_the_image(tmp_path: Path) -> None:
    place = read_place(save(tmp_path / "a.nii", ramp((2, 3, 4)), affine()), settings())
    turned = affine()[:, [1, 0, 2, 3]]  # the mask's file exchanges X and Y
    values = np.arange(24, dtype=np.uint16).reshape(3, 2, 4) * 100
    path = save(tmp_path / "mask.nii", values, turned)
    np.testing.assert_array_equal(read_values(path, place, settings()), values.swapaxes(0, 1))


def test_a_mask_of_another_shape_is_refused(tmp_path: Path) -> None:
    place = read_place(save(tmp_path / "a.nii", ramp((2, 3, 4))), settings())
    with pytest.raises(DataError, match=r"must have the shape of a\.nii"):
        read_values(save(tmp_path / "mask.nii", ramp((2, 3, 5))), place, settings())
