import numpy as np
import pytest
from scipy import ndimage

from dscl_tf.augment.apply.warp import cubic_weights, sampling_positions, warp
from dscl_tf.errors import UsageError

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 7, 9, 2)).astype("float32")
IDENTITY = np.tile(np.eye(2, 3, dtype="float32"), (3, 1, 1))
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
def test_identity_and_zero_displacements_change_nothing(interpolation):
    zeros = np.zeros((3, 3, 3, 2), "float32")
    for positions in (
        sampling_positions(7, 9, IDENTITY),
        sampling_positions(7, 9, elastic=zeros),
        sampling_positions(7, 9, IDENTITY, zeros),
    ):
        np.testing.assert_array_equal(warp(IMAGES, positions, interpolation), IMAGES)


def test_flip_twice_is_the_identity():
    flip = np.tile(np.array([[1.0, 0, 0], [0, -1, 8]], "float32"), (3, 1, 1))
    positions = sampling_positions(7, 9, flip)
    once = warp(IMAGES, positions)
    np.testing.assert_array_equal(once, IMAGES[:, :, ::-1])
    np.testing.assert_array_equal(warp(once, positions), IMAGES)


def test_each_image_has_its_own_matrix():
    matrix = IDENTITY.copy()
    matrix[:, 0, 2] = [0, 1, 2]
    warped = np.asarray(warp(IMAGES, sampling_positions(7, 9, matrix)))
    for shift in range(3):
        np.testing.assert_array_equal(warped[shift, : 7 - shift], IMAGES[shift, shift:])
        np.testing.assert_array_equal(warped[shift, 7 - shift :], 0)


@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_integer_images_keep_their_values(dtype):
    labels = RNG.integers(4, size=(3, 7, 9, 1)).astype(dtype)
    moved = warp(labels, sampling_positions(7, 9, IDENTITY + 0.3), "nearest")
    assert moved.dtype == dtype
    assert set(np.unique(moved)) <= {0, 1, 2, 3}
    with pytest.raises(UsageError, match=f"must be floating for bilinear, got {dtype}"):
        warp(labels, sampling_positions(7, 9, IDENTITY))


def test_low_precision_images_are_interpolated_in_float32():
    low = RAMP.astype("float16")
    positions = np.array([0.0, 0.25], "float32").reshape(1, 1, 1, 2)
    warped = warp(low, positions)
    assert warped.dtype == "float16"
    assert float(warped[0, 0, 0, 0]) == 12.5


def test_cubic_weights_by_hand():
    weights = cubic_weights(5, 3)
    expected = [
        [1, 0, 0],
        [-0.0625 + 0.5625, 0.5625, -0.0625],  # half-way, with the first value repeated before it
        [0, 1, 0],
        [-0.0625, 0.5625, 0.5625 - 0.0625],
        [0, 0, 1],
    ]
    np.testing.assert_allclose(weights, expected, atol=1e-7)


@pytest.mark.parametrize(("size", "grid"), [(1, 2), (16, 2), (17, 5), (4, 6)])
def test_cubic_weights_reproduce_constants(size, grid):
    np.testing.assert_allclose(cubic_weights(size, grid).sum(axis=1), 1, rtol=1e-6)


def test_constant_displacement_is_a_shift():
    elastic = np.tile(np.array([1.0, -2.0], "float32"), (3, 3, 3, 1))
    expected = np.asarray(sampling_positions(7, 9, IDENTITY)) + np.array([1.0, -2.0])
    np.testing.assert_allclose(sampling_positions(7, 9, elastic=elastic), expected, atol=1e-5)


def test_displacements_hold_exactly_at_the_grid_points():
    elastic = RNG.normal(size=(3, 3, 3, 2)).astype("float32")
    moved = np.asarray(sampling_positions(7, 9, IDENTITY, elastic))
    unmoved = np.asarray(sampling_positions(7, 9, IDENTITY))
    np.testing.assert_allclose((moved - unmoved)[:, ::3, ::4], elastic, atol=1e-5)


def test_something_to_apply_must_be_given():
    with pytest.raises(UsageError, match="matrix, elastic: one of them must be given"):
        sampling_positions(7, 9)


def test_unknown_fill_is_an_error():
    with pytest.raises(UsageError, match="got bilinear and reflect"):
        read([0], fill="reflect")
