from itertools import permutations, product

import numpy as np
import pytest
from nibabel.orientations import aff2axcodes

from dscl_tf.data.orientation import (
    UNCHANGED,
    canonical_affine,
    canonical_orientation,
    from_canonical,
    to_canonical,
)
from tests.data.files import affine, ramp

CODES = ["".join(code) for axes in permutations(("LR", "PA", "SI")) for code in product(*axes)]


def test_acdc_files_stay_unchanged():
    assert canonical_orientation(affine(codes="LPS")) == UNCHANGED


@pytest.mark.parametrize("codes", CODES)
def test_slices_stay_slices_and_every_axis_points_left_back_or_up(codes):
    orientation = canonical_orientation(affine(codes=codes))
    canonical = to_canonical(ramp(), orientation)
    assert canonical.shape[2] == ramp().shape[2]
    new = aff2axcodes(canonical_affine(affine(codes=codes), ramp().shape, orientation))
    assert set(new) == set("LPS")
    assert new[2] == {"R": "L", "A": "P", "I": "S"}.get(codes[2], codes[2])
    np.testing.assert_array_equal(from_canonical(canonical, orientation), ramp())


@pytest.mark.parametrize("codes", CODES)
def test_a_voxel_keeps_its_place_in_mm(codes):
    matrix = affine((1, 2, 3), codes)
    orientation = canonical_orientation(matrix)
    canonical = to_canonical(ramp(), orientation)
    index = np.argwhere(ramp() == 77)[0]
    turned = np.argwhere(canonical == 77)[0]
    np.testing.assert_allclose(
        canonical_affine(matrix, ramp().shape, orientation) @ [*turned, 1], matrix @ [*index, 1]
    )


def test_an_oblique_plane_goes_to_the_nearest_axes():
    angle = np.deg2rad(30)
    turn = np.eye(4)
    turn[:2, :2] = [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]
    assert canonical_orientation(turn @ affine(codes="LPS")) == UNCHANGED
    assert canonical_orientation(turn @ affine(codes="ALI")) == ((1, -1), (0, 1), (2, -1))
