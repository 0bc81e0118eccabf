import numpy as np

from dscl_tf.augment.apply import affine_positions, warp
from dscl_tf.augment.draw import draw_crop

RNG = np.random.default_rng(0)
IMAGES = RNG.random((3, 7, 9, 2)).astype("float32")
IDENTITY = np.tile(np.eye(2, 3, dtype="float32"), (3, 1, 1))


def transformed(images, matrix) -> np.ndarray:
    return np.asarray(warp(images, affine_positions(matrix, *images.shape[1:3])))


def test_each_pixel_is_mapped_by_the_matrix_of_its_image():
    matrix = RNG.normal(size=(3, 2, 3)).astype("float32")
    positions = np.asarray(affine_positions(matrix, 7, 9))
    for image, row, column in np.ndindex(3, 7, 9):
        expected = matrix[image] @ [row, column, 1]
        np.testing.assert_allclose(positions[image, row, column], expected, atol=1e-5)


def test_the_identity_changes_nothing():
    np.testing.assert_array_equal(transformed(IMAGES, IDENTITY), IMAGES)


def test_flip_twice_is_the_identity():
    flip = np.tile(np.array([[1.0, 0, 0], [0, -1, 8]], "float32"), (3, 1, 1))
    once = transformed(IMAGES, flip)
    np.testing.assert_array_equal(once, IMAGES[:, :, ::-1])
    np.testing.assert_array_equal(transformed(once, flip), IMAGES)


def test_each_image_has_its_own_matrix():
    matrix = IDENTITY.copy()
    matrix[:, 0, 2] = [0, 1, 2]
    moved = transformed(IMAGES, matrix)
    for shift in range(3):
        np.testing.assert_array_equal(moved[shift, : 7 - shift], IMAGES[shift, shift:])
        np.testing.assert_array_equal(moved[shift, 7 - shift :], 0)


def test_a_crop_enlarges_a_window():
    ramp = np.broadcast_to(np.arange(9, dtype="float32")[:, None], (1, 7, 9, 1))
    crop = draw_crop(RNG, 1, 7, 9, (0.5, 0.5))
    cropped = transformed(ramp, crop)[0, 0, :, 0]
    np.testing.assert_allclose(np.diff(cropped), 0.5, atol=1e-5)
