"""Anatomy keeps its place in mm on the way to the grid and back, however a file lies and is stored.

Against mm computed from the file's affine alone.
"""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from nibabel import orientations

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.partitions import partition_of
from dscl_tf.data.grid.preprocess import prepare_mask
from tests.data.effort import effort, holds
from tests.data.files import affine, settings, volume
from tests.data.grid.directions import ANYWHERE, CODES
from tests.data.grid.images import place

SLICE_AXES = ["auto", "sagittal", "coronal", "axial", "third"]
ALL_48 = [
    np.array(list(zip(axes, signs, strict=True)))
    for axes in permutations(range(3))
    for signs in product((1, -1), repeat=3)
]


def ellipsoid(shape, matrix, centre, radii):
    """A mask (X, Y, Z): 1 inside an ellipsoid along the array's axes, 2 in its core; mm."""
    index = np.moveaxis(np.indices(shape), 0, -1)
    spacing = np.linalg.norm(matrix[:3, :3], axis=0)
    offset = (index - (np.array(shape) - 1) / 2) * spacing - centre
    distance = np.linalg.norm(offset / radii, axis=-1)
    return (distance < 1).astype(np.uint8) + (distance < 0.7).astype(np.uint8)


@st.composite
def volumes(draw):
    """A mask and its affine: any turn, storage order, spacing and sides, odd ones too."""
    spacing = draw(st.tuples(*[st.floats(1.5, 3.0)] * 3))
    if draw(st.booleans()):
        spacing = (*spacing[:2], draw(st.floats(4.5, 10.0)))
    matrix = draw(ANYWHERE) @ affine(spacing, draw(st.sampled_from(CODES)))
    shape = tuple(int(58 / step) + draw(st.integers(0, 5)) for step in spacing)
    centre = draw(st.tuples(*[st.floats(-5, 5)] * 3))
    radii = draw(st.tuples(*[st.floats(17, 23)] * 3))
    return ellipsoid(shape, matrix, centre, radii), matrix


def geometry(mask, matrix, **changes):
    return Geometry.of(volume(mask, matrix), settings(**changes))


def there_and_back(mask, there):
    grid = np.eye(3, dtype=np.float32)[prepare_mask(mask, there)]
    return there.to_native(grid).argmax(-1).astype(np.uint8)


def dice(one, other, label):
    a, b = one == label, other == label
    return 2 * np.sum(a & b) / (np.sum(a) + np.sum(b))


@pytest.mark.parametrize("slice_axis", SLICE_AXES)
@effort(3, 60)
def test_a_mask_comes_back_to_its_place(slice_axis, examples):
    def check(made, pixel):
        mask, matrix = made
        there = geometry(mask, matrix, slice_axis=slice_axis, spacing=pixel, grid=(60, 63))
        back = there_and_back(mask, there)
        third = max(*there.plane_spacing, *pixel) / 3
        for label in (1, 2):
            moved = place(back == label, matrix) - place(mask == label, matrix)
            assert np.linalg.norm(moved) < third
        labels = np.moveaxis(prepare_mask(mask, there), 0, 2)
        moved = place(labels > 0, there.grid_affine) - place(mask > 0, matrix)
        assert np.linalg.norm(moved) < third

    holds(examples, check, made=volumes(), pixel=st.tuples(*[st.floats(1.0, 3.0)] * 2))


@pytest.mark.parametrize("slice_axis", SLICE_AXES)
@effort(3, 60)
def test_a_mask_comes_back_whole_from_a_grid_at_least_as_fine(slice_axis, examples):
    def check(made, finer):
        mask, matrix = made
        native = geometry(mask, matrix, slice_axis=slice_axis)
        assume(max(native.plane_spacing) <= 2)  # the core then has a radius of five pixels
        pixel = tuple(finer * step for step in native.plane_spacing)
        sides = tuple(int(side / finer) + 2 for side in native.plane)
        there = geometry(mask, matrix, slice_axis=slice_axis, spacing=pixel, grid=sides)
        back = there_and_back(mask, there)
        for label in (1, 2):
            assert dice(back, mask, label) >= 0.98

    holds(examples, check, made=volumes(), finer=st.floats(0.4, 1.0))


@pytest.mark.parametrize("slice_axis", SLICE_AXES)
@effort(3, 60)
def test_a_mask_comes_back_whole_as_seen_on_a_coarser_grid(slice_axis, examples):
    def check(made, coarser):
        mask, matrix = made
        native = geometry(mask, matrix, slice_axis=slice_axis)
        assume(max(native.plane_spacing) <= 2.5)
        # Of up to 2.5 mm: the core then has a radius of five pixels. None finer than the file's.
        pixel = tuple(max(step, min(2.5, coarser * step)) for step in native.plane_spacing)
        there = geometry(mask, matrix, slice_axis=slice_axis, spacing=pixel, grid=(45, 45))
        back = there_and_back(mask, there)
        for label in (1, 2):
            assert dice(prepare_mask(back, there), prepare_mask(mask, there), label) >= 0.98

    holds(examples, check, made=volumes(), coarser=st.floats(1.0, 2.0))


@pytest.mark.parametrize("slice_axis", SLICE_AXES)
@hypothesis_settings(deadline=None, max_examples=12)
@given(
    matrix=st.builds(
        lambda turn, spacing, codes: turn @ affine(spacing, codes),
        ANYWHERE,
        st.tuples(*[st.floats(0.7, 6.0)] * 3),
        st.sampled_from(CODES),
    ),
    shape=st.tuples(*[st.integers(2, 12)] * 3),
    pixel=st.tuples(*[st.floats(0.5, 2.5)] * 2),
)
def test_the_grids_affine_gives_the_same_mm_as_the_files(slice_axis, matrix, shape, pixel):
    index = np.stack([*np.indices(shape), np.ones(shape)], axis=-1)
    mm = index @ matrix.T  # (X, Y, Z, 4): every voxel's place
    there = geometry(mm[..., 0], matrix, slice_axis=slice_axis, spacing=pixel, grid=(9, 8))
    inside = there.to_grid(np.ones(shape), smooth=False) > 1 - 1e-6
    for axis in range(3):
        sampled = there.to_grid(mm[..., axis], smooth=False)  # linear interpolation: exact
        slices, rows, columns = np.indices(sampled.shape)
        grid_index = np.stack([rows, columns, slices, np.ones_like(rows)], axis=-1)
        expected = grid_index @ there.grid_affine.T
        np.testing.assert_allclose(sampled[inside], expected[inside][:, axis], atol=1e-3)


def stored(array, matrix, orientation):
    """The same volume with its axes in another order and direction."""
    turned = orientations.apply_orientation(array, orientation)
    return turned, matrix @ orientations.inv_ornt_aff(orientation, array.shape)


@pytest.mark.parametrize("slice_axis", SLICE_AXES[:-1])
@pytest.mark.parametrize("spacing", [(1.5, 1.25, 8.0), (1.0, 1.25, 1.125)])
def test_the_48_ways_to_store_a_volume_give_the_same_slices(slice_axis, spacing):
    image = np.random.default_rng(0).normal(size=(11, 14, 7)).astype(np.float32)
    mask = (image > 0.5).astype(np.uint8) + (image > 1).astype(np.uint8)
    data = {"slice_axis": slice_axis, "spacing": (1.5, 1.5), "grid": (13, 12)}
    as_acdc = geometry(image, affine(spacing), **data)
    slices, labels = as_acdc.to_grid(image), prepare_mask(mask, as_acdc)
    back = there_and_back(mask, as_acdc)
    for orientation in ALL_48:
        turned, matrix = stored(image, affine(spacing), orientation)
        there = geometry(turned, matrix, **data)
        assert there.depth == len(slices)
        np.testing.assert_array_equal(there.to_grid(turned), slices)
        turned_mask, _ = stored(mask, affine(spacing), orientation)
        np.testing.assert_array_equal(prepare_mask(turned_mask, there), labels)
        # the way back ends in the file's own axes
        own, _ = stored(back, affine(spacing), orientation)
        np.testing.assert_array_equal(there_and_back(turned_mask, there), own)


@hypothesis_settings(deadline=None, max_examples=40)
@given(turn=ANYWHERE, way=st.integers(0, 47), slice_axis=st.sampled_from(SLICE_AXES[:-1]))
def test_also_where_the_volume_lies_askew(turn, way, slice_axis):
    image = np.random.default_rng(0).normal(size=(11, 14, 7)).astype(np.float32)
    matrix = turn @ affine((1.0, 1.25, 1.125))
    turned, other = stored(image, matrix, ALL_48[way])
    data = {"slice_axis": slice_axis, "spacing": (1.5, 1.5), "grid": (13, 12)}
    slices = geometry(image, matrix, **data).to_grid(image)
    np.testing.assert_allclose(geometry(turned, other, **data).to_grid(turned), slices, atol=1e-5)


@pytest.mark.parametrize("codes", ["LPS", "LPI", "RAS", "RAI"])
def test_the_third_axis_gives_the_same_partitions_whichever_way_it_counts(codes):
    levels = np.broadcast_to(np.arange(7.0), (9, 7, 7))  # mm above the lowest slice
    image = levels[..., ::-1] if codes[2] == "I" else levels
    there = geometry(image, affine(codes=codes), slice_axis="third")
    slices = there.to_grid(image, smooth=False)[:, 4, 3]
    assert slices.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert partition_of(there.depth, 4).tolist() == [0, 0, 1, 1, 2, 2, 3]
