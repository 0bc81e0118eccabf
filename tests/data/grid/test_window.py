import numpy as np
import pytest

from dscl_tf.data.grid import Geometry, count_labels, prepare_mask, smallest_grid
from tests.data.files import affine, settings, volume


def geometry_of(mask, codes="LPS", spacing=(2.0, 2.0), grid=(8, 6)):
    image = volume(mask, affine((2.0, 2.0, 9.0), codes))
    return Geometry.of(image, settings(spacing=spacing, grid=grid))


@pytest.mark.parametrize("codes", ["LPS", "RAI", "PIL"])
def test_voxels_are_counted_in_the_file_and_in_the_window(codes):
    mask = np.zeros((12, 12, 4), np.uint8)
    mask[1:5, 5:7, 1:3] = 1
    mask[10:] = 2
    geometry = geometry_of(mask, codes)
    counts = count_labels(mask, geometry)
    assert [(count.label, count.native) for count in counts] == [(1, 16), (2, 96)]
    stored = prepare_mask(mask, geometry)
    assert [count.in_window for count in counts] == [np.sum(stored == label) for label in (1, 2)]


@pytest.mark.parametrize("codes", ["LPS", "RAI", "PIL"])
@pytest.mark.parametrize("spacing", [(2.0, 2.0), (3.0, 2.5), (0.9, 1.3)])
@pytest.mark.parametrize("multiple", [1, 4])
def test_the_smallest_grid_holds_all_labels_and_no_smaller_one_does(codes, spacing, multiple):
    mask = np.zeros((12, 13, 4), np.uint8)
    mask[1, 5, 1] = mask[2, 11, 2] = 1
    geometry = geometry_of(mask, codes, spacing)
    rows, columns = smallest_grid(geometry, count_labels(mask, geometry), multiple)
    assert rows % multiple == columns % multiple == 0

    def lost(grid):
        (count,) = count_labels(mask, geometry_of(mask, codes, spacing, grid))
        return count.lost

    assert lost((rows, columns)) == 0
    for smaller in ((rows - multiple, columns), (rows, columns - multiple)):
        assert min(smaller) == 0 or lost(smaller) > 0


def test_where_the_grid_is_larger_nothing_is_lost():
    mask = np.ones((5, 5, 3), np.uint8)
    (count,) = count_labels(mask, geometry_of(mask))
    assert (count.native, count.in_window, count.lost) == (75, 75, 0)


def test_a_mask_far_outside_is_lost_whole():
    mask = np.zeros((40, 40, 3), np.uint8)
    mask[0] = 3
    (count,) = count_labels(mask, geometry_of(mask))
    assert (count.label, count.in_window, count.lost) == (3, 0, 1)
