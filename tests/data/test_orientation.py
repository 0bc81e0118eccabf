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
def test_slices_count_left_back_or_up_whatever_way_the_file_stores_them(codes):
    for slice_axis, expected in (("axial", "LPS"), ("coronal", "LIP"), ("sagittal", "PIL")):
        orientation = canonical_orientation(affine((1, 1, 1), codes), slice_axis)
        canonical = to_canonical(ramp(), orientation)
        new = canonical_affine(affine((1, 1, 1), codes), ramp().shape, orientation)
        assert "".join(aff2axcodes(new)) == expected
        np.testing.assert_array_equal(from_canonical(canonical, orientation), ramp())


@pytest.mark.parametrize("codes", CODES)
def test_a_clearly_coarser_axis_counts_slices_else_slices_are_axial(codes):
    for spacing in permutations((1.0, 1.0, 1.5)):
        orientation = canonical_orientation(affine(spacing, codes))
        assert orientation[spacing.index(1.5)][0] == 2
    orientation = canonical_orientation(affine((1.4, 1, 1), codes))
    assert [axis for axis, _ in orientation].index(2) in (codes.find("S"), codes.find("I"))


@pytest.mark.parametrize("codes", CODES)
def test_the_third_axis_counts_slices_on_demand(codes):
    assert canonical_orientation(affine((9, 1, 1), codes), "third")[2][0] == 2


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
