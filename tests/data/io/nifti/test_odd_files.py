"""Axes of length one, and files that would unpack to far more than they announce."""

import gzip

import nibabel as nib
import numpy as np
import pytest

from dscl_tf.data.io import nifti
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save
from tests.data.io.nifti.arrays import labels


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
