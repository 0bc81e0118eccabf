import numpy as np

from dscl_tf.augment.apply.intensity import apply_intensity

IMAGES = np.array([[1.0, 3.0], [10.0, 30.0]], "float32").reshape(2, 1, 2, 1)


def adjust(brightness, contrast, **options) -> np.ndarray:
    brightness, contrast = np.array(brightness, "float32"), np.array(contrast, "float32")
    return np.asarray(apply_intensity(IMAGES, brightness, contrast, **options)).reshape(2, 2)


def test_contrast_turns_about_each_image_s_mean_before_brightness_is_added():
    # means 2 and 20
    np.testing.assert_allclose(adjust([0.5, -1], [2, 0.5]), [[0.5, 4.5], [14, 24]], rtol=1e-6)


def test_clip_comes_last():
    clipped = adjust([0.5, -1], [2, 0.5], clip=(1.0, 20.0))
    np.testing.assert_allclose(clipped, [[1, 4.5], [14, 20]], rtol=1e-6)


def test_zero_and_one_change_nothing():
    images = np.random.default_rng(0).normal(size=(4, 8, 8, 1)).astype("float32")
    same = apply_intensity(images, np.zeros(4, "float32"), np.ones(4, "float32"))
    np.testing.assert_array_equal(same, images)


def test_dtype_is_kept():
    half = apply_intensity(IMAGES.astype("float16"), np.zeros(2), np.ones(2))
    assert half.dtype == "float16"
