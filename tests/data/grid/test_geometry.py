import json
from dataclasses import asdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dscl_tf.data.grid.geometry import Geometry
from tests.data.files import affine, ramp, settings, volume
from tests.data.grid.directions import CODES
from tests.data.grid.images import place


def geometry(array, matrix=None, **changes):
    return Geometry.of(volume(array, matrix), settings(**changes))


def linear(image, row, column, outside):
    """The literal definition: four neighbours, `outside` beyond the edge."""
    total = 0.0
    for i in (int(np.floor(row)), int(np.floor(row)) + 1):
        for j in (int(np.floor(column)), int(np.floor(column)) + 1):
            weight = (1 - abs(row - i)) * (1 - abs(column - j))
            inside = 0 <= i < image.shape[0] and 0 <= j < image.shape[1]
            total += weight * (image[i, j] if inside else outside)
    return total


@pytest.mark.parametrize("spacing", [(1.6, 1.4), (1.2, 0.9), (3.0, 2.0)])
def test_to_grid_samples_about_the_common_centre(spacing):
    image = np.random.default_rng(0).normal(size=(9, 7, 3))
    grid = geometry(image, affine((1.5, 1.5, 10)), spacing=spacing).to_grid(
        image, outside=-2.0, smooth=False
    )
    assert grid.shape == (3, 8, 6) and grid.dtype == np.float32
    for s, r, c in np.ndindex(grid.shape):
        row = (9 - 1) / 2 + (r - (8 - 1) / 2) * spacing[0] / 1.5
        column = (7 - 1) / 2 + (c - (6 - 1) / 2) * spacing[1] / 1.5
        assert grid[s, r, c] == pytest.approx(linear(image[..., s], row, column, -2.0), abs=1e-5)


def test_equal_spacing_crops_and_pads_without_changing_a_value():
    image = ramp((8, 5, 2)) + 1.0
    grid = geometry(image, affine((1.5, 1.5, 10)), spacing=(1.5, 1.5), grid=(4, 9)).to_grid(image)
    np.testing.assert_array_equal(grid[:, :, 2:7], np.moveaxis(image, 2, 0)[:, 2:6])
    assert not grid[:, :, :2].any() and not grid[:, :, 7:].any()


@pytest.mark.parametrize("spacing", [1.5, 1.5 * (1 + 1e-6), 1.5 * (1 - 1e-6)])
def test_equal_spacing_on_a_plane_of_odd_sides_keeps_values_and_finds_the_way_back(spacing):
    mask = np.zeros((7, 9, 2))
    mask[2:5, 3:6] = 1
    there = geometry(mask, affine((1.5, 1.5, 10)), spacing=(spacing, spacing), grid=(10, 10))
    grid = there.to_grid(mask)
    np.testing.assert_allclose(np.unique(grid.round(4)), [0, 1])
    assert grid.sum() == pytest.approx(mask.sum(), abs=1e-3)
    back = there.to_native(np.stack([1 - grid, grid], axis=-1))[..., 1]
    np.testing.assert_allclose(back, mask, atol=1e-4)


def test_the_blur_takes_out_what_a_coarse_grid_cannot_show():
    stripes = np.zeros((32, 32, 1))
    stripes[::2] = 1.0
    coarse = geometry(stripes, affine((1, 1, 8)), spacing=(4, 4), grid=(8, 8))
    spread = coarse.to_grid(stripes, smooth=False), coarse.to_grid(stripes)
    assert np.ptp(spread[1][:, 2:-2, 2:-2]) < 0.01
    assert spread[1][0, 4, 4] == pytest.approx(0.5, abs=0.01)


def test_a_finer_grid_is_not_blurred():
    image = np.random.default_rng(0).normal(size=(8, 8, 2))
    fine = geometry(image, affine((2, 2, 8)), spacing=(1, 1), grid=(16, 16))
    np.testing.assert_array_equal(fine.to_grid(image), fine.to_grid(image, smooth=False))


ANY_VOLUME = {
    "codes": st.sampled_from(CODES),
    "shape": st.tuples(st.integers(33, 48), st.integers(33, 48), st.integers(1, 4)),
    "spacing": st.tuples(st.floats(0.8, 2.0), st.floats(0.8, 2.0), st.floats(3, 12)),
    "grid_spacing": st.tuples(st.floats(0.8, 2.5), st.floats(0.8, 2.5)),
    "centre": st.tuples(st.floats(-4, 4), st.floats(-4, 4)),
}


def blob(shape, spacing, centre):
    """A soft blob near the centre of each slice, weaker from slice to slice."""
    x, y, z = np.meshgrid(*(np.arange(side) for side in shape), indexing="ij")
    squared = sum(
        ((axis - (side - 1) / 2) * step - offset) ** 2
        for axis, side, step, offset in zip((x, y), shape, spacing, centre, strict=False)
    )
    return np.exp(-squared / (2 * 3.5**2)) * (1 - 0.2 * z)


@hypothesis_settings(deadline=None, max_examples=40)
@given(**ANY_VOLUME)
def test_the_anatomy_keeps_its_place_in_mm(codes, shape, spacing, grid_spacing, centre):
    image, matrix = blob(shape, spacing, centre), affine(spacing, codes)
    there = geometry(image, matrix, spacing=grid_spacing, grid=(49, 50))
    grid = there.to_grid(image)
    moved = place(np.moveaxis(grid, 0, 2), there.grid_affine) - place(image, matrix)
    assert np.linalg.norm(moved) < max(*spacing[:2], *grid_spacing) / 3

    probabilities = np.stack([1 - grid, grid], axis=-1)
    back = there.to_native(probabilities)
    assert back.shape == (*shape, 2) and back.dtype == np.float32
    moved = place(back[..., 1], matrix) - place(image, matrix)
    assert np.linalg.norm(moved) < max(*spacing[:2], *grid_spacing) / 3
    np.testing.assert_allclose(back.sum(-1), 1, atol=1e-5)


@hypothesis_settings(deadline=None, max_examples=25)
@given(codes=st.sampled_from(CODES), shape=st.tuples(*[st.integers(1, 9)] * 3))
def test_on_a_grid_of_the_same_pixels_the_way_back_is_exact(codes, shape):
    values = np.random.default_rng(0).random(shape)
    same = geometry(values, affine((2, 2, 8), codes), spacing=(2, 2), grid=(9, 9))
    back = same.to_native(np.stack([1 - same.to_grid(values), same.to_grid(values)], axis=-1))
    np.testing.assert_allclose(back[..., 1], values, atol=1e-6)


def test_beyond_the_grid_all_is_background():
    image = ramp((20, 20, 2))
    small = geometry(image, affine((1, 1, 8)), spacing=(1, 1), grid=(4, 4))
    back = small.to_native(np.full((2, 4, 4, 3), [0.0, 0.5, 0.5]))
    np.testing.assert_array_equal(back[0, 0], [[1, 0, 0]] * 2)
    np.testing.assert_array_equal(back[8:12, 8:12], np.full((4, 4, 2, 3), [0.0, 0.5, 0.5]))


@pytest.mark.parametrize("codes", ["LPS", "LPI", "RAS", "PLI"])
def test_slices_are_counted_upwards_whichever_way_the_file_counts(codes):
    levels = np.broadcast_to(np.arange(4.0), (9, 7, 4))
    downwards = codes[2] == "I"
    image = levels[..., ::-1] if downwards else levels
    grid = geometry(image, affine(codes=codes)).to_grid(image, smooth=False)
    assert grid[:, 4, 3].tolist() == [0, 1, 2, 3]


def test_a_geometry_survives_json():
    there = geometry(ramp(), affine((1.1, 1.3, 7.7), "AIR"))
    back = TypeAdapter(Geometry).validate_json(json.dumps(asdict(there)), strict=True)
    assert back == there and hash(back) == hash(there)
