from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nibabel.orientations import aff2axcodes

from dscl_tf.data.grid.orientation import (
    COUNTING,
    UNCHANGED,
    canonical_affine,
    canonical_orientation,
    from_canonical,
    to_canonical,
)
from tests.data.files import affine, ramp
from tests.data.grid.directions import ANYWHERE, CODES, turn, within


def test_acdc_files_stay_unchanged():
    assert canonical_orientation(affine(codes="LPS")) == UNCHANGED


@pytest.mark.parametrize("codes", CODES)
def test_slices_count_right_back_or_up_whatever_way_the_file_stores_them(codes):
    for slice_axis, expected in (("axial", "LPS"), ("coronal", "LIP"), ("sagittal", "PIR")):
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


def directions(matrix, slice_axis="auto"):
    """Where the canonical axes of a volume point, as columns."""
    axes = canonical_affine(matrix, (9, 9, 9), canonical_orientation(matrix, slice_axis))[:3, :3]
    return axes / np.linalg.norm(axes, axis=0)


# In nibabel's frame: the base of the heart lies to the right, the back and the top of its apex.
APEX_TO_BASE = np.array([0.7, -0.5, 0.5])


@settings(deadline=None)
@given(frame=st.sampled_from(["LPS", "LIP", "PIR"]), codes=st.sampled_from(CODES), tilt=within(30))
def test_a_tilt_of_thirty_degrees_changes_no_direction(frame, codes, tilt):
    spacing = [2.0 if {*code} & {*frame[2], opposite(frame[2])} else 1.0 for code in codes]
    tilted = directions(tilt @ affine(spacing, codes))
    untilted = affine((1, 1, 1), frame)[:3, :3]
    assert (np.diag(tilted.T @ untilted) >= np.cos(np.deg2rad(30)) - 1e-6).all()


def opposite(code):
    return {"L": "R", "R": "L", "P": "A", "A": "P", "S": "I", "I": "S"}[code]


@settings(deadline=None)
@given(place=ANYWHERE, tilt=within(45), codes=st.sampled_from(CODES))
def test_short_axis_slices_count_from_apex_to_base_however_they_lie(place, tilt, codes):
    base = tilt[:3, :3] @ APEX_TO_BASE
    base /= np.linalg.norm(base)
    z = place[:3, :3] @ [0, 0, 1]
    across = np.cross(z, base) if np.linalg.norm(np.cross(z, base)) > 1e-6 else [1, 0, 0]
    angle = np.degrees(np.arccos(np.clip(z @ base, -1, 1)))
    aligned = turn(angle * across / np.linalg.norm(across)) @ place  # any lean of the picture
    spacing = [10.0 if code in "SI" else 1.5 for code in codes]
    counted = directions(aligned @ affine(spacing, codes))[:, 2]
    assert counted @ base == pytest.approx(1, abs=1e-6)


@settings(deadline=None)
@given(place=ANYWHERE, tilt=within(5))
def test_a_small_turn_reverses_slices_only_at_right_angles_to_the_counting(place, tilt):
    before, after = directions(place @ affine()), directions(tilt @ place @ affine())
    if before[:, 2] @ COUNTING / np.linalg.norm(COUNTING) > np.sin(np.deg2rad(5)):
        assert before[:, 2] @ after[:, 2] >= np.cos(np.deg2rad(5)) - 1e-6


@settings(deadline=None)
@given(place=ANYWHERE, codes=st.sampled_from(CODES))
@pytest.mark.parametrize("slice_axis", ["auto", "sagittal", "coronal", "axial"])
def test_however_the_axes_are_stored_they_come_to_the_same_right_hand(slice_axis, place, codes):
    stored = directions(place @ affine((1, 1, 1), codes), slice_axis)
    assert np.linalg.det(stored) == pytest.approx(1)
    as_acdc = directions(place @ affine((1, 1, 1)), slice_axis)
    np.testing.assert_allclose(stored, as_acdc, atol=1e-9)


@pytest.mark.parametrize("codes", CODES)
@pytest.mark.parametrize("axis", [[45, 0, 0], [0, 45, 0], [0, 0, 45], [0, -45, 0], [0, 0, -45]])
def test_a_turn_by_exactly_45_degrees_is_no_toss_of_a_coin(axis, codes):
    for slice_axis in ("auto", "sagittal", "coronal", "axial"):
        as_acdc = directions(turn(axis) @ affine((1, 1, 1)), slice_axis)
        stored = directions(turn(axis) @ affine((1, 1, 1), codes), slice_axis)
        np.testing.assert_allclose(stored, as_acdc, atol=1e-9)


def test_half_as_long_again_is_coarser_also_in_32_bits():
    rounded = affine(np.float32([0.6, 0.9, 0.6]).astype(float))
    assert canonical_orientation(rounded)[1][0] == 2
