import colorsys

import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.augment.apply.colour import apply_colour

RNG = np.random.default_rng(0)
IMAGES = RNG.uniform(0.35, 0.6, (3, 5, 4, 3)).astype("float32")  # no change below leaves [0, 1]


def jitter(images, *draws, **options) -> np.ndarray:
    return np.asarray(apply_colour(images, np.array(draws, "float32"), **options))


def literally(image: np.ndarray, brightness, contrast, saturation, hue) -> np.ndarray:
    """One image, pixel by pixel, with Python's own YIQ."""
    image = image.astype(float) * brightness
    mean = np.mean([colorsys.rgb_to_yiq(*pixel)[0] for pixel in image.reshape(-1, 3)])
    image = mean + contrast * (image - mean)
    result = np.empty_like(image)
    for place in np.ndindex(image.shape[:2]):
        y, i, q = colorsys.rgb_to_yiq(*image[place])
        turned = saturation * complex(i, q) * np.exp(2j * np.pi * hue)
        result[place] = colorsys.yiq_to_rgb(y, turned.real, turned.imag)
    return result


def test_it_is_what_a_loop_over_pixels_gives():
    draws = [(1.2, 0.8, 0.5, 0.1), (0.9, 1.2, 1.2, -0.2), (1.1, 1.0, 0.0, 0.5)]
    expected = [literally(image, *draw) for image, draw in zip(IMAGES, draws, strict=True)]
    np.testing.assert_allclose(jitter(IMAGES, *draws), expected, atol=1e-6)


def test_each_part_alone_by_hand():
    red = np.array([1.0, 0.0, 0.0], "float32").reshape(1, 1, 1, 3)
    assert jitter(red, (0.5, 1, 1, 0)).ravel().tolist() == [0.5, 0, 0]
    np.testing.assert_allclose(jitter(red, (1, 1, 0, 0)).ravel(), [0.3, 0.3, 0.3], atol=1e-6)
    two = np.array([0.2, 0.6], "float32").reshape(1, 1, 2, 1).repeat(3, axis=-1)
    np.testing.assert_allclose(jitter(two, (1, 2, 1, 0))[0, 0, :, 0], [0, 0.8], atol=1e-6)
    opposite = jitter(red, (1, 1, 1, 0.5)).ravel()
    np.testing.assert_allclose(opposite, [-0.4, 0.6, 0.6], atol=1e-6)  # 2 x 0.3 - red


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_the_identity_changes_no_bit(dtype):
    images = RNG.random((2, 8, 8, 3)).astype(dtype)
    same = jitter(images, (1, 1, 1, 0), (1, 1, 1, 0), clip=(0.0, 1.0))
    assert same.dtype == dtype
    np.testing.assert_array_equal(same, images)


def test_the_clip_comes_last_and_only_there():
    bright = jitter(IMAGES[:1], (2, 0.5, 1, 0), clip=(0.0, 1.0))
    np.testing.assert_allclose(bright, jitter(IMAGES[:1], (2, 0.5, 1, 0)).clip(0, 1))
    assert jitter(IMAGES[:1], (2, 1, 1, 0)).max() > 1


def test_a_turn_of_hue_and_grey_pictures_stay():
    np.testing.assert_allclose(jitter(IMAGES[:1], (1, 1, 1, 1)), IMAGES[:1], atol=1e-6)
    grey = IMAGES[:1, ..., :1].repeat(3, axis=-1)
    np.testing.assert_allclose(jitter(grey, (1, 1, 2, 0.3)), grey, atol=1e-6)


def test_xla_equals_eager():
    draws = np.array([(1.2, 0.8, 0.5, 0.1)] * 3, "float32")
    compiled = tf.function(apply_colour, jit_compile=True)(IMAGES, draws)
    np.testing.assert_allclose(compiled, apply_colour(IMAGES, draws), atol=1e-6)
