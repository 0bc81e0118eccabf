import gzip
import re

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.io import nifti
from dscl_tf.errors import DataError
from tests.data.files import affine, ramp, save
from tests.data.io.nifti.arrays import with_value


def test_an_image_is_read_as_it_stands(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp(), affine((1.5, 2, 8), "RAS")))
    assert image.array.dtype == np.float32
    np.testing.assert_array_equal(image.array, ramp())
    np.testing.assert_allclose(image.affine, affine((1.5, 2, 8), "RAS"))
    np.testing.assert_allclose(image.spacing, (1.5, 2, 8))
    assert nifti.read_shape(image.path) == (9, 7, 4)


def test_one_channel_of_a_4d_file_is_read(tmp_path):
    channels = np.stack([ramp(), ramp() + 1000], axis=-1)
    file = nib.Nifti1Image(channels, affine((1.5, 2, 8), "RAS"))
    file.header.set_slope_inter(0.25, 0.5)
    nib.save(file, tmp_path / "a.nii.gz")
    image = nifti.read_image(tmp_path / "a.nii.gz", channel=1)
    np.testing.assert_array_equal(image.array, (ramp() + 1000) / 4 + 0.5)
    assert image.array.dtype == np.float32 and len(image.spacing) == 3
    assert nifti.read_shape(tmp_path / "a.nii.gz", channel=1) == (9, 7, 4)
    with pytest.raises(DataError, match=r"must have a channel 2 \(data.channel\), got 2$"):
        nifti.read_shape(tmp_path / "a.nii.gz", channel=2)


def test_a_3d_file_is_read_whole_whatever_the_channel(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()), channel=1)
    np.testing.assert_array_equal(image.array, ramp())


def test_scaled_integers_are_read_as_the_values_they_stand_for(tmp_path):
    file = nib.Nifti1Image(ramp(), affine())
    file.header.set_slope_inter(0.25, 0.5)
    nib.save(file, tmp_path / "a.nii")
    np.testing.assert_array_equal(nifti.read_image(tmp_path / "a.nii").array, ramp() / 4 + 0.5)


def sheared():
    matrix = affine((1, 1, 1))
    matrix[0, 1] = 0.01
    return matrix


def flat():
    return np.diag([1.0, 1.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("array", "matrix", "message"),
    [
        (
            np.stack([ramp()] * 2, axis=-1),
            None,
            r"must be 3-D, or data.channel must .* got shape \(9, 7, 4, 2\)",
        ),
        (ramp()[:, :, :, None, None].repeat(2, 4), None, r"must be 3-D, got shape .*4, 1, 2\)"),
        (ramp()[..., 0], None, r"must be 3-D, got shape \(9, 7\)"),
        (np.zeros((3, 0, 2), np.int16), None, r"a voxel along each axis, got shape \(3, 0, 2\)"),
        (with_value(np.nan), None, "must be finite, got 1 NaN or infinite voxels"),
        (with_value(np.inf), None, "must be finite, got 1 NaN or infinite voxels"),
        (np.full((3, 3, 3), 7, np.int16), None, "must vary, got 7 in every voxel"),
        (ramp(), sheared(), r"at right angles \(cosine at most 0.001\), got 0.01"),
        (ramp(), flat(), "affine must be invertible, got .*0.0, 0.0, 0.0.*"),
        (ramp().astype(np.complex64), None, "must be real numbers, got complex64"),
    ],
)
def test_an_image_that_breaks_a_rule_is_named(tmp_path, array, matrix, message):
    path = tmp_path / "a.nii.gz"
    file = nib.Nifti1Image(array, affine())
    if matrix is not None:
        file.header.set_sform(matrix, 1)
        file.header.set_qform(None, 0)
        file = nib.Nifti1Image(array, None, file.header)
    nib.save(file, path)
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}: .*{message}$"):
        nifti.read_image(path)


def test_a_shear_within_the_tolerance_is_accepted(tmp_path):
    matrix = affine((1, 1, 1))
    matrix[0, 1] = 0.0005
    nifti.read_image(save(tmp_path / "a.nii", ramp(), matrix))


def test_micrometres_are_not_taken_for_millimetres(tmp_path):
    file = nib.Nifti1Image(ramp(), affine())
    file.header.set_xyzt_units("micron")
    nib.save(file, tmp_path / "a.nii")
    with pytest.raises(DataError, match="spatial unit must be mm"):
        nifti.read_image(tmp_path / "a.nii")


def whole(tmp_path):
    noise = np.random.default_rng(0).integers(0, 999, (40, 40, 9), np.int16)
    return save(tmp_path / "whole.nii.gz", noise)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="truncated gzip"),
        pytest.param(lambda data: data[:4], id="cut inside the gzip header"),
        pytest.param(lambda data: b"", id="empty"),
        pytest.param(lambda data: b"no gzip at all", id="no gzip"),
        pytest.param(lambda data: gzip.compress(b"no NIfTI" * 99), id="wrong magic"),
        pytest.param(lambda data: data[:-2000] + bytes(2000), id="damaged"),
    ],
)
def test_a_damaged_file_is_one_line_and_nothing_on_the_terminal(tmp_path, capfd, content):
    path = tmp_path / "a.nii.gz"
    path.write_bytes(content(whole(tmp_path).read_bytes()))
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}: cannot be read as NIfTI: .+$"):
        nifti.read_image(path)
    assert capfd.readouterr() == ("", "")


def test_remarks_on_a_header_stay_off_the_terminal(tmp_path, capfd):
    path = save(tmp_path / "a.nii", ramp())
    data = bytearray(path.read_bytes())
    data[252:254] = (99).to_bytes(2, "little")  # qform_code, which nibabel mends with a remark
    path.write_bytes(data)
    nifti.read_image(path)
    assert capfd.readouterr() == ("", "")


def test_what_is_not_a_nifti_file_is_named(tmp_path):
    with pytest.raises(DataError, match=r"must be a NIfTI file, got no such file$"):
        nifti.read_image(tmp_path / "absent.nii.gz")
    with pytest.raises(DataError, match=r"must be a NIfTI file, got a directory$"):
        nifti.read_image(tmp_path)
    nib.save(nib.MGHImage(ramp().astype(np.float32), affine()), tmp_path / "a.mgz")
    with pytest.raises(DataError, match=r"must be a NIfTI file, got MGHImage$"):
        nifti.read_image(tmp_path / "a.mgz")
