import re

import numpy as np
import pytest

from dscl_tf.data.io import nifti
from dscl_tf.errors import DataError
from tests.data.files import CLASSES, affine, ramp, save
from tests.data.io.nifti.arrays import labels, with_value


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
