from pathlib import Path

import numpy as np
import pytest

from dscl_tf.config import BiasCorrection
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.preprocess import normalise_volume, prepare_image, prepare_mask
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError
from tests.data.files import affine, ramp, settings, volume
from tests.data.grid.images import biased

SAME = {"spacing": (1.5, 1.5), "grid": (9, 7), "percentiles": (0, 100)}


def test_slices_are_scaled_and_padded_with_the_low_percentile():
    data = settings(spacing=(1.5, 1.5), grid=(11, 7), percentiles=(25, 75))
    slices, geometry = prepare_image(volume(ramp()), data)
    assert slices.shape == (4, 11, 7, 1) and slices.dtype == np.float32
    low, high = np.percentile(ramp(), (25, 75))
    expected = np.moveaxis((ramp() - low) / (high - low), 2, 0)
    np.testing.assert_allclose(slices[:, 1:-1, :, 0], expected, atol=1e-6)
    assert not slices[:, [0, -1]].any()
    assert geometry == Geometry.of(volume(ramp()), data)


def test_bias_is_corrected_only_where_configured():
    tissue, image = biased()
    inner = np.moveaxis(tissue == 200, 2, 0)
    spread = []
    for correction in (None, BiasCorrection(iterations=(20, 20), shrink_factor=2)):
        data = settings(spacing=(2, 2), grid=inner.shape[1:], bias_correction=correction)
        slices, _ = prepare_image(volume(image, affine((2, 2, 8))), data)
        spread.append(slices[..., 0][inner].std())
    assert spread[1] < 0.4 * spread[0]


def test_an_image_without_a_range_is_named():
    with pytest.raises(DataError, match=r"^image.nii.gz: percentiles 1 and 99"):
        prepare_image(volume(np.eye(30)[..., None] * np.eye(30)[0]), settings())


def test_intensities_that_leave_32_bits_are_named():
    image = ramp().astype(np.float32) * 1e-20
    image[0, 0, 0] = 1e30
    with pytest.raises(DataError, match=r"^image.nii.gz: intensities must stay finite .* 1e\+30$"):
        prepare_image(volume(image), settings(percentiles=(1, 90)))


def test_a_fixed_range_takes_the_place_of_the_percentiles():
    data = settings(**SAME, intensity_range=(-50, 150))
    array, ends = normalise_volume(volume(ramp()), data)
    assert ends == (-50, 150)
    np.testing.assert_allclose(array, (ramp() + 50) / 200, rtol=1e-6)


@pytest.mark.parametrize("ends", [(0, 255), None])
def test_channels_are_scaled_alike_and_come_last(ends):
    rgb = np.random.default_rng(0).integers(256, size=(16, 12, 1, 3)).astype(np.float32)
    picture = Volume(rgb, np.eye(4), (1.0, 1.0, 1.0), Path("a.png"), oriented=False)
    data = settings(spacing=(2, 2), grid=(8, 6), percentiles=(0, 90), intensity_range=ends)
    slices, geometry = prepare_image(picture, data)
    assert slices.shape == (1, 8, 6, 3)
    low, high = ends or np.percentile(rgb, (0, 90))
    for channel in range(3):
        expected = geometry.to_grid((rgb[..., channel] - low) / (high - low))
        np.testing.assert_allclose(slices[..., channel], expected, atol=1e-6)


def test_a_mask_on_its_own_pixels_stays_as_it_is():
    mask = (ramp() % 3).astype(np.uint8)
    labels = prepare_mask(mask, Geometry.of(volume(mask), settings(**SAME)))
    assert labels.dtype == np.uint8
    np.testing.assert_array_equal(labels, np.moveaxis(mask, 2, 0))


def test_between_equal_labels_the_lowest_wins_and_labels_never_mix():
    mask = np.zeros((2, 3, 1), np.uint8)
    mask[0], mask[1] = [[1], [2], [0]], [[3], [2], [3]]
    # one row, halfway between the two: 1 against 3, 2 with 2, 0 against 3
    between = Geometry.of(volume(mask, affine((1, 1, 1))), settings(spacing=(2, 1), grid=(1, 3)))
    assert prepare_mask(mask, between).tolist() == [[[1, 2, 0]]]


def test_beyond_the_edge_of_a_labelled_plane_is_background():
    mask = np.full((4, 4, 1), 2, np.uint8)
    wide = Geometry.of(volume(mask, affine((1, 1, 1))), settings(spacing=(1, 1), grid=(8, 8)))
    assert prepare_mask(mask, wide).sum() == 2 * 16


@pytest.mark.parametrize(("spacing", "grid", "least"), [(1.5, 41, 0.999), (2.1, 31, 0.9)])
@pytest.mark.parametrize("codes", ["LPS", "RAI", "PLS"])
def test_a_mask_comes_back_from_the_grid(codes, spacing, grid, least):
    x, y, z = np.meshgrid(np.arange(37), np.arange(33), np.arange(3), indexing="ij")
    radius = np.hypot(x - 15, y - 18) + z
    mask = ((radius < 11).astype(np.uint8) + (radius < 7)).astype(np.uint8)
    geometry = Geometry.of(
        volume(mask, affine((1.5, 1.5, 8), codes)),
        settings(spacing=(spacing,) * 2, grid=(grid,) * 2),
    )
    back = geometry.to_native(np.eye(3)[prepare_mask(mask, geometry)]).argmax(-1)
    for label in (1, 2):
        common = np.sum((back == label) & (mask == label))
        assert 2 * common / (np.sum(back == label) + np.sum(mask == label)) > least
