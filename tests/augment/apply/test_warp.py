import numpy as np
import pytest
from scipy import ndimage

from dscl_tf.augment.apply.warp import pixel_grid, warp
from dscl_tf.errors import UsageError

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 7, 9, 2)).astype("float32")
PLACES = np.tile(pixel_grid(7, 9).astype("float32"), (3, 1, 1, 1))
RAMP = np.array([[10.0, 20, 40]], "float32").reshape(1, 1, 3, 1)


def read(columns, images=RAMP, **options) -> list[float]:
    positions = np.zeros((1, 1, len(columns), 2), "float32")
    positions[..., 1] = columns
    return np.asarray(warp(images, positions, **options)).ravel().tolist()


def test_bilinear_by_hand():
    assert read([0, 0.5, 1.25, 2]) == [10, 15, 25, 40]


def test_beyond_the_image_each_tap_is_zero():
    assert read([-1, -0.25, 2.5, 3, 1e9, -1e9]) == [0, 7.5, 20, 0, 0, 0]


def test_beyond_the_image_the_edge_goes_on():
    assert read([-1, -0.25, 2.5, 3, 1e9, -1e9], fill="edge") == [10, 10, 40, 40, 40, 10]


def test_nearest_by_hand():
    columns = [0.4, 0.5, 1.6, 2.4, 2.5, -0.4, -0.5]
    assert read(columns, interpolation="nearest") == [10, 20, 40, 40, 0, 10, 0]


def test_rows_and_columns_are_not_mixed_up():
    positions = np.tile(np.array([2.0, 5.0], "float32"), (3, 1, 1, 1))
    np.testing.assert_allclose(warp(IMAGES, positions)[:, 0, 0], IMAGES[:, 2, 5], rtol=1e-6)


def test_equals_scipy_image_by_image():
    positions = RNG.uniform(0, 6, (3, 4, 5, 2)).astype("float32")
    warped = np.asarray(warp(IMAGES, positions))
    for image, at, result in zip(IMAGES, positions, warped, strict=True):
        for channel in range(2):
            expected = ndimage.map_coordinates(image[..., channel], np.moveaxis(at, -1, 0), order=1)
            np.testing.assert_allclose(result[..., channel], expected, atol=1e-5)


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_reading_each_pixel_in_its_place_changes_nothing(interpolation):
    np.testing.assert_array_equal(warp(IMAGES, PLACES, interpolation), IMAGES)


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_integer_images_keep_their_values(dtype):
    labels = RNG.integers(4, size=(3, 7, 9, 1)).astype(dtype)
    moved = warp(labels, PLACES + 0.3, "nearest")
    assert moved.dtype == dtype
    assert set(np.unique(moved)) <= {0, 1, 2, 3}
    with pytest.raises(UsageError, match=f"must be floating for bilinear, got {dtype}"):
        warp(labels, PLACES)


def test_low_precision_images_are_interpolated_in_float32():
    low = RAMP.astype("float16")
    positions = np.array([0.0, 0.25], "float32").reshape(1, 1, 1, 2)
    warped = warp(low, positions)
    assert warped.dtype == "float16"
    assert float(warped[0, 0, 0, 0]) == 12.5


def test_unknown_fill_is_an_error():
    with pytest.raises(UsageError, match="got bilinear and reflect"):
        read([0], fill="reflect")


def test_pixels_are_listed_by_row_and_column():
    grid = pixel_grid(2, 3)
    assert [tuple(grid[place]) for place in np.ndindex(2, 3)] == list(np.ndindex(2, 3))
