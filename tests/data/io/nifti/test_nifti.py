import gzip
import os
import re

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.io import nifti
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save, volume


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


def with_value(value):
    array = ramp().astype(np.float32)
    array[1, 2, 3] = value
    return array


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


def labels(shape=(9, 7, 4)):
    mask = np.zeros(shape, np.uint8)
    mask[2:6, 2:5, 1:3] = 1
    mask[3:5, 3, 1:3] = 2
    return mask


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32, np.float64])
def test_a_mask_of_integers_is_read_whatever_its_type(tmp_path, dtype):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    mask = nifti.read_mask(save(tmp_path / "m.nii.gz", labels().astype(dtype)), image, CLASSES)
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, labels())


def test_values_in_the_file_become_class_numbers(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    path = save(tmp_path / "m.nii.gz", np.array([0, 820, 205], np.int16)[labels()])
    mask = nifti.read_mask(path, image, CLASSES, {820: 1, 205: 2})
    assert mask.dtype == np.uint8
    np.testing.assert_array_equal(mask, labels())


def moved(by):
    matrix = affine()
    matrix[0, 3] += by
    return matrix


def turned(angle):
    matrix, axes = affine(), affine()[:3, :3]
    cos, sin = np.cos(angle), np.sin(angle)
    matrix[:3, :3] = [[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]] @ axes
    return matrix


@pytest.mark.parametrize(
    ("matrix", "told"),
    [
        (moved(0.001), None),
        (moved(0.01), "0.0067"),
        (moved(0.14), "0.093"),
        (turned(0.01), "0.08"),  # 0.01 in the matrix, more at the far corner
    ],
)
def test_a_shift_below_a_tenth_of_a_voxel_is_told_and_accepted(tmp_path, matrix, told, lines):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    path = save(tmp_path / "m.nii.gz", labels(), matrix)
    np.testing.assert_array_equal(nifti.read_mask(path, image, CLASSES), labels())
    said = f"{path}: taken as on the grid of a.nii.gz, whose corners lie {told} of a voxel"
    assert not lines if told is None else lines[0].startswith(said)


@pytest.mark.parametrize("axes", [1, 2, 4])
def test_axes_of_length_one_behind_the_third_are_dropped(tmp_path, axes):
    shape = (9, 7, 4, *[1] * axes)
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp().reshape(shape)))
    np.testing.assert_array_equal(image.array, ramp())
    assert nifti.read_shape(image.path) == (9, 7, 4)
    first = nifti.read_image(image.path, channel=0)
    np.testing.assert_array_equal(first.array, ramp())
    with pytest.raises(DataError, match=r"must have a channel 1 \(data.channel\), got 1$"):
        nifti.read_image(image.path, channel=1)
    path = save(tmp_path / "m.nii.gz", labels().reshape(shape))
    np.testing.assert_array_equal(nifti.read_mask(path, image, CLASSES), labels())


def test_a_channel_is_found_before_an_axis_of_length_one(tmp_path):
    channels = np.stack([ramp(), ramp() + 1000], axis=-1)[..., None]
    path = save(tmp_path / "a.nii.gz", channels)
    np.testing.assert_array_equal(nifti.read_image(path, 1).array, ramp() + 1000)


def test_a_file_is_not_unpacked_far_beyond_what_its_header_announces(tmp_path):
    good = save(tmp_path / "a.nii", ramp()).read_bytes()
    path = tmp_path / "bomb.nii.gz"
    path.write_bytes(gzip.compress(good + bytes(1 << 26), 1))
    with pytest.raises(DataError, match=r"must hold the 856 bytes .* got \d{8} or more$") as error:
        nifti.read_image(path)
    assert int(str(error.value).split()[-3]) < 1 << 25
    path.write_bytes(gzip.compress(good + bytes(100), 1))
    np.testing.assert_array_equal(nifti.read_image(path).array, ramp())


@pytest.mark.parametrize("kind", [nib.Nifti1Image, nib.Nifti2Image])
def test_extensions_are_not_read_far_beyond_any_use(tmp_path, kind):
    content = bytearray(kind(ramp(), affine()).to_bytes())
    header = 348 if kind is nib.Nifti1Image else 540
    offset = np.array([1 << 30], "<f4" if header == 348 else "<i8").tobytes()
    place = 108 if header == 348 else 168
    content[place : place + len(offset)] = offset
    content[header : header + 4] = b"\1\0\0\0"
    content[header + 4 : header + 12] = np.array([(1 << 30) - 1024, 6], "<i4").tobytes()
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(content, 1))
    with pytest.raises(
        DataError, match="vox_offset must be at most 16777216 bytes, got 1073741824"
    ):
        nifti.read_image(tmp_path / "a.nii.gz")


@pytest.mark.parametrize(
    ("mask", "matrix", "message"),
    [
        (labels((9, 7, 5)), None, r"shape of a.nii.gz, \(9, 7, 4\), got \(9, 7, 5\)"),
        (labels()[..., None].repeat(2, 3), None, r"must be 3-D, got shape \(9, 7, 4, 2\)"),
        (
            labels(),
            moved(0.16),
            "agree with that of a.nii.gz within 0.1 of a voxel at the volume's corners, "
            "got a shift of 0.107",
        ),
        (labels(), turned(0.03), "at the volume's corners, got a shift of 0.24"),
        (labels() * 2, None, "labels must be among 0, 1, 2, got 4"),
        (labels() * 0.5, None, "labels must be among 0, 1, 2, got 0.5"),
        (labels() - 1.0, None, "labels must be among 0, 1, 2, got -1"),
        (with_value(np.nan) * 0, None, "labels must be among 0, 1, 2, got nan"),
        (ramp(), None, "got 3, 4, 5, 6, 7, ..."),
    ],
)
def test_a_mask_that_breaks_a_rule_is_named(tmp_path, mask, matrix, message):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    path = save(tmp_path / "m.nii.gz", mask, matrix)
    with pytest.raises(DataError, match=f"^{re.escape(str(path))}: .*{message}$"):
        nifti.read_mask(path, image, CLASSES)


def test_a_difference_of_rounding_between_affines_is_accepted(tmp_path):
    image = nifti.read_image(save(tmp_path / "a.nii.gz", ramp()))
    nifti.read_mask(save(tmp_path / "m.nii.gz", labels(), moved(0.001)), image, CLASSES)


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
