import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.errors import UsageError
from dscl_tf.losses import cut_regions, nearest_neighbours, region_corners
from tests.losses.gradients import oracle, value_and_gradient


def test_thirteen_regions_by_hand():
    grid = list(itertools.product((0, 6, 13), (0, 6, 13)))
    midpoints = list(itertools.product((3, 9), (3, 9)))
    assert region_corners(13, 3, 16, 16).tolist() == [list(c) for c in grid + midpoints]


def test_five_regions_of_an_oblong_map_by_hand():
    expected = [[0, 0], [0, 10], [6, 0], [6, 10], [3, 5]]
    assert region_corners(5, 2, 8, 12).tolist() == expected


def test_single_pixel_regions_lie_where_the_original_code_has_them():
    case = oracle("local_LR_1_3")
    np.testing.assert_array_equal(region_corners(13, 1, 16, 16), case["positive_corners"])


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from([4, 5, 9, 13, 16, 25]),
    st.integers(1, 5),
    st.integers(1, 40),
    st.integers(1, 40),
)
def test_regions_neither_overlap_nor_leave_the_map(regions, size, height, width):
    try:
        corners = region_corners(regions, size, height, width)
    except UsageError:
        # A side of 8 K has room for seven regions one after the other.
        assert min(height, width) < size * 8
        return
    covered = np.zeros((height, width), int)
    for row, column in corners:
        assert covered[row : row + size, column : column + size].shape == (size, size)
        covered[row : row + size, column : column + size] += 1
    assert len(corners) == regions
    assert covered.max() == 1


def test_overlap_error_names_regions_size_map_and_block():
    message = (
        "regions: must lie apart and inside the 8 x 8 feature map of decoder block 2, "
        "got 13 regions of 3 x 3"
    )
    with pytest.raises(UsageError, match=message):
        region_corners(13, 3, 8, 8, block=2)
    with pytest.raises(UsageError, match="inside the 2 x 9 feature map, got 4 regions of 3 x 3"):
        region_corners(4, 3, 2, 9)


def test_unknown_number_of_regions():
    with pytest.raises(UsageError, match="regions: must be one of 4, 5, 9, 13, 16, 25, got 7"):
        region_corners(7, 1, 16, 16)


def test_nearest_neighbours_by_hand():
    corners = np.array([[0, 0], [0, 4], [4, 0], [1, 1], [9, 9]])
    # squared distances from region 0: 16, 16, 2, 162; from region 3: 2, 10, 10, 128
    found = nearest_neighbours(corners, 3).tolist()
    assert found[0] == [3, 1, 2]
    assert found[3] == [0, 1, 2]
    assert nearest_neighbours(corners, "all")[0].tolist() == [3, 1, 2, 4]


@pytest.mark.parametrize("k", [0, 5, 6])
def test_neighbours_must_exist(k):
    with pytest.raises(UsageError, match=f"negatives: must be from 1 to 4 or all, got {k}"):
        nearest_neighbours(np.arange(10).reshape(5, 2), k)


def test_cut_regions_are_slices_of_the_maps():
    maps = np.random.default_rng(0).normal(size=(3, 7, 9, 2)).astype("float32")
    corners = np.array([[0, 0], [4, 6], [2, 3]])
    cut = np.asarray(cut_regions(maps, corners, 3))
    assert cut.shape == (3, 3, 3, 3, 2)
    for index, (row, column) in enumerate(corners):
        np.testing.assert_array_equal(cut[:, index], maps[:, row : row + 3, column : column + 3])


def test_gradient_returns_to_the_pixels_cut_out():
    weights = np.random.default_rng(0).normal(size=(1, 2, 2, 2, 1)).astype("float32")
    _, gradient = value_and_gradient(
        lambda maps: cut_regions(maps, np.array([[0, 0], [1, 1]]), 2) * weights,
        np.zeros((1, 3, 3, 1), "float32"),
    )
    expected = np.zeros((3, 3), "float32")
    expected[:2, :2] += weights[0, 0, ..., 0]
    expected[1:, 1:] += weights[0, 1, ..., 0]
    np.testing.assert_allclose(gradient[0, ..., 0], expected, rtol=1e-6)


@pytest.mark.parametrize("corner", [[-1, 0], [0, 7]])
def test_cutting_outside_the_map_is_an_error(corner):
    with pytest.raises(UsageError, match="3 x 3 must lie inside the 7 x 9 feature map"):
        cut_regions(np.zeros((1, 7, 9, 1), "float32"), np.array([corner]), 3)
