import numpy as np
import tensorflow as tf

from dscl_tf.augment.apply.addons import dense_image_warp
from dscl_tf.augment.apply.deformation import deform

RNG = np.random.default_rng(6)
IMAGES = RNG.random((2, 5, 6, 3)).astype("float32")
FIELD = RNG.normal(scale=2, size=(2, 5, 6, 2)).astype("float32")


def test_no_displacement_changes_nothing() -> None:
    assert np.array_equal(deform(IMAGES, np.zeros_like(FIELD)), IMAGES)


def test_labels_are_those_of_the_nearest_pixel_and_the_edge_goes_on() -> None:
    labels = RNG.integers(4, size=(2, 5, 6, 1)).astype("uint8")
    result = np.asarray(deform(labels, FIELD, "nearest"))
    assert result.dtype == "uint8"
    for image, r, c in np.ndindex(2, 5, 6):
        row = round(float(np.clip(r + FIELD[image, r, c, 0], 0, 4)))
        column = round(float(np.clip(c + FIELD[image, r, c, 1], 0, 5)))
        assert result[image, r, c, 0] == labels[image, row, column, 0]


def test_is_the_dense_warp_of_the_released_code_but_for_the_sign_of_the_field() -> None:
    np.testing.assert_allclose(
        deform(IMAGES, FIELD), dense_image_warp(IMAGES, -FIELD), rtol=1e-6, atol=1e-6
    )


def test_the_gradient_by_the_field_is_the_slope_of_the_image() -> None:
    ramp = np.tile(3 * np.arange(6, dtype="float32"), (1, 5, 1))[..., None]  # 3 a column
    field = tf.Variable(np.full((1, 5, 6, 2), 0.25, "float32"))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(deform(ramp, field)[:, :-1, :-1])
    gradient = tape.gradient(total, field).numpy()[0, :-1, :-1]
    np.testing.assert_allclose(gradient[..., 0], 0, atol=1e-6)
    np.testing.assert_allclose(gradient[..., 1], 3, rtol=1e-6)
