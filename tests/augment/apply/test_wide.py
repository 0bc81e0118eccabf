import numpy as np
import pytest
import tensorflow as tf
from scipy import ndimage

from dscl_tf.augment import augment_images, augment_masks, draw_augmentation
from dscl_tf.augment.apply.blur import apply_blur
from dscl_tf.augment.apply.brightness import apply_brightness
from dscl_tf.augment.apply.contrast import apply_contrast
from dscl_tf.augment.apply.gamma import apply_gamma
from dscl_tf.augment.apply.low_resolution import apply_low_resolution
from dscl_tf.augment.apply.noise import apply_noise
from dscl_tf.augment.apply.wide import apply_wide
from dscl_tf.augment.draw.blur import draw_blur
from dscl_tf.augment.draw.wide import draw_wide
from dscl_tf.config import Augmentation
from dscl_tf.config.wide import Blur, Wide

IMAGES = np.random.default_rng(0).random((3, 12, 10, 2)).astype("float32")
IDENTITY = {
    "noise": np.zeros((3, 12, 10, 1), "float32"),
    "blur": np.tile(np.array([0, 1, 0], "float32"), (3, 1)),
    "brightness_factor": np.ones(3, "float32"),
    "contrast_factor": np.ones(3, "float32"),
    "low_resolution": np.ones(3, "float32"),
    "gamma": np.ones((3, 2), "float32"),
}


def draw(count: int = 3) -> dict[str, np.ndarray]:
    certain = {name: {**section.model_dump(), "probability": 1} for name, section in Wide()}
    certain["gamma"]["inverted"] = 1
    return draw_wide(np.random.default_rng(1), count, 12, 10, Wide(**certain))


@pytest.mark.parametrize("name", IDENTITY)
def test_the_draw_that_changes_nothing_changes_no_bit(name):
    np.testing.assert_array_equal(apply_wide(IMAGES, {name: IDENTITY[name]}), IMAGES)
    changed = np.asarray(apply_wide(IMAGES, {name: draw()[name]}))
    assert (changed != IMAGES).any(axis=(1, 2, 3)).sum() >= 2  # a share may round to 1


def test_noise_is_the_same_in_all_channels():
    noise = draw()["noise"]
    np.testing.assert_array_equal(apply_noise(IMAGES, noise), IMAGES + noise)


def test_blur_is_scipys():
    kernels = draw_blur(np.random.default_rng(0), 3, Blur(probability=1, sigma=(0.8, 0.8)))
    expected = ndimage.gaussian_filter(IMAGES, 0.8, mode="nearest", axes=(1, 2), radius=3)
    np.testing.assert_allclose(apply_blur(IMAGES, kernels), expected, atol=1e-6)


def test_brightness_by_hand():
    factors = np.array([0.5, 1, 2], "float32")
    expected = np.stack([0.5 * IMAGES[0], IMAGES[1], 2 * IMAGES[2]])
    np.testing.assert_array_equal(apply_brightness(IMAGES, factors), expected)


def test_contrast_by_hand_stays_within_the_images_values():
    image = np.array([0, 1, 2, 5], "float32").reshape(1, 2, 2, 1)  # mean 2
    half = np.asarray(apply_contrast(image, np.array([0.5])))
    np.testing.assert_allclose(half.ravel(), [1, 1.5, 2, 3.5])
    double = np.asarray(apply_contrast(image, np.array([2.0])))
    np.testing.assert_allclose(double.ravel(), [0, 0, 2, 5])


def test_low_resolution_by_hand():
    row = np.array([0, 1, 2, 3, 4, 5, 6, 7], "float32").reshape(1, 1, 8, 1)
    low = np.asarray(apply_low_resolution(row.repeat(8, axis=1), np.array([0.5])))
    # Pixels 1, 3, 5, 7 stay; their centres lie at 0.5, 2.5, 4.5, 6.5 of the output.
    np.testing.assert_allclose(low[0, 3, :, 0], [1, 1.5, 2.5, 3.5, 4.5, 5.5, 6.5, 7])


def test_gamma_by_hand():
    image = np.array([0, 0.25, 1, 1], "float32").reshape(1, 2, 2, 1)
    root = np.array([0, 0.5, 1, 1])
    expected = (root - root.mean()) / root.std() * image.std() + image.mean()
    bent = np.asarray(apply_gamma(image, np.array([[1, 0.5]])))
    np.testing.assert_allclose(bent.ravel(), expected, atol=1e-3)
    negative = np.asarray(apply_gamma(1 - image, np.array([[0.5, 1]])))
    np.testing.assert_allclose(negative.ravel(), 1 - bent.ravel(), atol=1e-6)


def test_gamma_keeps_mean_and_deviation_and_flat_images():
    bent = np.asarray(apply_gamma(IMAGES, np.array([[0.7, 1.5]] * 3)))
    np.testing.assert_allclose(bent.mean(axis=(1, 2, 3)), IMAGES.mean(axis=(1, 2, 3)), atol=1e-5)
    np.testing.assert_allclose(bent.std(axis=(1, 2, 3)), IMAGES.std(axis=(1, 2, 3)), atol=1e-5)
    flat = np.full((1, 4, 4, 1), 0.3, "float32")
    np.testing.assert_allclose(apply_gamma(flat, np.array([[0.7, 1.5]])), flat, atol=1e-6)


def test_the_order_is_that_of_the_table():
    draws = draw()
    expected = apply_noise(IMAGES, draws["noise"])
    expected = apply_brightness(apply_blur(expected, draws["blur"]), draws["brightness_factor"])
    expected = apply_contrast(expected, draws["contrast_factor"])
    expected = apply_gamma(apply_low_resolution(expected, draws["low_resolution"]), draws["gamma"])
    np.testing.assert_array_equal(apply_wide(IMAGES, draws), expected)


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_dtype_stays(dtype):
    assert np.asarray(apply_wide(IMAGES.astype(dtype), draw())).dtype == dtype


def test_image_and_mask_share_one_draw():
    settings = Augmentation(wide=Wide(noise=None))
    draws = draw_augmentation(np.random.default_rng(2), 8, 32, 32, settings, (2.0, 2.0))
    disc = np.hypot(*np.mgrid[-16:16, -16:16]) < 9
    masks = np.tile(disc.astype("int32"), (8, 1, 1))
    images = np.asarray(augment_images(masks[..., None].astype("float32"), draws))[..., 0]
    moved = np.asarray(augment_masks(masks, draws))
    bright = images > (images.min(axis=(1, 2)) + images.max(axis=(1, 2)))[:, None, None] / 2
    assert (bright & (moved == 1)).sum() / (bright | (moved == 1)).sum() > 0.93
    assert (moved != masks).any(axis=(1, 2)).sum() >= 6


def test_xla_equals_eager():
    draws = draw()
    compiled = tf.function(apply_wide, jit_compile=True)(IMAGES, draws)
    np.testing.assert_allclose(compiled, apply_wide(IMAGES, draws), atol=1e-5)


def test_rows_that_are_not_augmented_stay_as_they_are():
    augmented = np.array([True, False, True])
    changed = np.asarray(augment_images(IMAGES, {**draw(), "augmented": augmented}))
    np.testing.assert_array_equal(changed[1], IMAGES[1])
