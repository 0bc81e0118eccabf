import os

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.io import nifti
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save, volume
from tests.data.io.nifti.arrays import labels


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
def test_a_written_mask_has_the_place_and_header_of_its_image(tmp_path, ending, kind):
    file = kind(ramp().astype(np.float32), affine((1.1, 1.3, 7), "PIR"))
    file.header.set_qform(affine((1.1, 1.3, 7), "PIR"), 1)
    file.header.set_xyzt_units("mm", "sec")
    file.header["descrip"] = b"scanner 7"
    file.header["cal_max"] = 900
    file.header.set_slope_inter(3, 1)
    nib.save(file, tmp_path / "a.nii.gz")
    image = nifti.read_image(tmp_path / "a.nii.gz")
    nifti.write_mask(tmp_path / f"m{ending}", labels(), image)
    written = nib.load(tmp_path / f"m{ending}")
    assert type(written) is kind and written.get_data_dtype() == np.uint8
    np.testing.assert_array_equal(np.asarray(written.dataobj), labels())
    np.testing.assert_array_equal(written.affine, image.affine)
    for key in ("qform_code", "sform_code", "descrip", "xyzt_units", "quatern_b", "qoffset_x"):
        assert written.header[key] == image.header[key], key
    assert written.header["cal_max"] == 0
    np.testing.assert_array_equal(
        nifti.read_mask(tmp_path / f"m{ending}", image, CLASSES), labels()
    )


def test_a_mask_of_a_4d_image_is_written_3d(tmp_path):
    file = nib.Nifti1Image(np.stack([ramp(), ramp()], axis=-1), affine((1.5, 2, 8), "RAS"))
    file.header.set_zooms((1.5, 2, 8, 2.5))
    nib.save(file, tmp_path / "a.nii.gz")
    nifti.write_mask(tmp_path / "m.nii", labels(), nifti.read_image(tmp_path / "a.nii.gz", 0))
    written = nib.load(tmp_path / "m.nii")
    assert written.shape == (9, 7, 4)
    np.testing.assert_array_equal(written.affine, affine((1.5, 2, 8), "RAS"))
    np.testing.assert_array_equal(written.header["dim"], [3, 9, 7, 4, 1, 1, 1, 1])
    np.testing.assert_allclose(written.header["pixdim"][1:], [1.5, 2, 8, 1, 1, 1, 1])


def test_a_mask_can_be_written_for_a_volume_without_a_header(tmp_path):
    nifti.write_mask(tmp_path / "m.nii.gz", labels(), volume(ramp(), affine(codes="RAS")))
    np.testing.assert_allclose(nib.load(tmp_path / "m.nii.gz").affine, affine(codes="RAS"))


def test_a_map_is_written_like_a_mask_but_float32(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp(), affine((1.1, 1.3, 7), "PIR")))
    values = (ramp() / ramp().max()).astype(np.float32)
    nifti.write_map(tmp_path / "m.nii.gz", values, image)
    written = nib.load(tmp_path / "m.nii.gz")
    assert written.get_data_dtype() == np.float32
    np.testing.assert_array_equal(np.asarray(written.dataobj), values)
    np.testing.assert_array_equal(written.affine, image.affine)
    with pytest.raises(DataError, match=r"a map must be float32 .* got uint8 \(9, 7, 4\)"):
        nifti.write_map(tmp_path / "n.nii.gz", labels(), image)


def test_only_a_fitting_mask_is_written(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    with pytest.raises(DataError, match=r"must end in .nii or .nii.gz"):
        nifti.write_mask(tmp_path / "m.png", labels(), image)
    with pytest.raises(DataError, match=r"uint8 .* \(9, 7, 4\), got int64 \(9, 7, 4\)"):
        nifti.write_mask(tmp_path / "m.nii", labels().astype(np.int64), image)
    with pytest.raises(DataError, match=r"got uint8 \(9, 7, 3\)"):
        nifti.write_mask(tmp_path / "m.nii", labels((9, 7, 3)), image)
    assert not list(tmp_path.glob("m*"))


def test_a_full_disk_keeps_the_former_mask(tmp_path, monkeypatch):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    nifti.write_mask(tmp_path / "m.nii.gz", labels(), image)

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DataError, match=r"m.nii.gz: cannot be written: No space left on device$"):
        nifti.write_mask(tmp_path / "m.nii.gz", 0 * labels(), image)
    np.testing.assert_array_equal(nifti.read_mask(tmp_path / "m.nii.gz", image, CLASSES), labels())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.nii.gz", "m.nii.gz"]
