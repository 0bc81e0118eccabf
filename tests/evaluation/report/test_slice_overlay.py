import io

import numpy as np
import pytest
from matplotlib import image as mpl_image

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.evaluation.report.slice_overlay import overlay_strip, pick_slices
from tests.data import files

CLASSES = {1: "RV", 2: "LV"}
LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def picture(image, prediction, reference, affine=LPS, **options):
    data = Data(classes=CLASSES, spacing=(1, 1), grid=(32, 32), slice_axis="axial")
    geometry = Geometry.of(files.volume(image, affine), data)
    png = overlay_strip(image, prediction, reference, geometry, CLASSES, **options)
    return mpl_image.imread(io.BytesIO(png))[..., :3]


def volume():
    image = np.random.default_rng(0).normal(size=(30, 24, 6))
    mask = np.zeros((30, 24, 6), np.uint8)
    mask[4:12, 5:15, 1:5] = 1
    return image, mask


def test_slices_spread_over_the_labelled_ones():
    mask = np.zeros((2, 2, 12), np.uint8)
    mask[..., 2:10] = 1
    assert pick_slices(mask, 4) == [3, 5, 7, 9]
    assert pick_slices(mask[..., :4], 4) == [2, 3]
    assert pick_slices(np.zeros((2, 2, 9), np.uint8)) == [4]


def test_reference_and_prediction_both_show():
    image, mask = volume()
    empty = np.zeros_like(mask)
    pictures = [picture(image, *masks) for masks in ((mask, mask), (mask, empty), (empty, mask))]
    third = len(pictures[0]) // 3  # between the images and the mistakes
    coloured = [np.ptp(shown[third + 20 : 2 * third], axis=-1) > 0.2 for shown in pictures]
    assert coloured[0].sum() > coloured[2].sum() > 0
    assert coloured[1].sum() > 0


def test_mistakes_are_coloured_in_the_last_row_alone():
    image, mask = volume()
    right, wrong = (picture(image, each, mask) for each in (mask, 0 * mask))
    last = -len(right) // 3 + 20
    assert not (np.ptp(right[last:], axis=-1) > 0.2).any()
    assert (np.ptp(wrong[last:], axis=-1) > 0.2).any()


def test_a_far_island_of_the_prediction_does_not_widen_the_view():
    image, mask = volume()
    far = mask.copy()
    far[28, 22] = 1
    with_island, without = (picture(image, each, mask, slices=[2]) for each in (far, mask))
    np.testing.assert_array_equal(with_island, without)


def test_a_volume_without_labels_can_be_shown():
    image, mask = volume()
    assert picture(image, 0 * mask, 0 * mask).std() > 0


@pytest.mark.parametrize("affine", [np.diag([1.0, -1, 1, 1]), np.diag([-1.0, 1, -1, 1])])
def test_the_view_does_not_depend_on_how_the_file_stores_the_axes(affine):
    image, mask = volume()
    flips = [axis for axis in (0, 1) if affine[axis, axis] > 0]
    stored = [np.flip(array, flips) for array in (image, mask)]
    expected = picture(image, mask, mask, slices=[2])
    np.testing.assert_array_equal(
        picture(stored[0], stored[1], stored[1], affine, slices=[2]), expected
    )


def test_transposed_axes_give_the_same_view():
    image, mask = volume()
    affine = np.diag([-1.0, -2.0, 1.0, 1.0])
    swapped = affine[:, [1, 0, 2, 3]]
    expected = picture(image, mask, mask, affine)
    image, mask = image.swapaxes(0, 1), mask.swapaxes(0, 1)
    np.testing.assert_array_equal(picture(image, mask, mask, swapped), expected)
