import keras
import numpy as np

from dscl_tf.losses import RestorationLoss, masked_mean_squared_error
from tests.losses.gradients import assert_gradient_is_slope

RNG = np.random.default_rng(4)
RESTORED, TARGET = RNG.normal(size=(2, 3, 5, 4, 2))
MASK = RNG.integers(2, size=(3, 5, 4, 1)).astype(bool)


def test_is_the_mean_over_the_pixels_and_channels_of_the_mask() -> None:
    expected = [np.mean((RESTORED[i] - TARGET[i])[MASK[i, ..., 0]] ** 2) for i in range(3)]
    errors = masked_mean_squared_error(RESTORED, TARGET, MASK)
    np.testing.assert_allclose(errors, expected, rtol=1e-12)


def test_one_pixel_counts_as_much_as_a_whole_image() -> None:
    mask = np.ones((2, 4, 4, 1))
    mask[0] = 0
    mask[0, 1, 2] = 1
    target = np.array([3.0, 1.0]).reshape(2, 1, 1, 1) * np.ones((2, 4, 4, 1))
    loss = RestorationLoss()(np.concatenate([target, mask], axis=-1), np.zeros((2, 4, 4, 1)))
    np.testing.assert_allclose(loss, (9 + 1) / 2)


def test_low_precision_images_are_compared_in_float32() -> None:
    restored = np.full((1, 2, 2, 1), 300.0, "float16")  # its square overflows float16
    errors = masked_mean_squared_error(restored, np.zeros((1, 2, 2, 1)), np.ones((1, 2, 2, 1)))
    np.testing.assert_allclose(errors, [90_000.0])


def test_gradient_is_the_slope() -> None:
    assert_gradient_is_slope(
        lambda x: keras.ops.sum(masked_mean_squared_error(x, TARGET, MASK)), RESTORED.copy()
    )


def test_config_round_trip() -> None:
    loss = RestorationLoss(name="mine")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert isinstance(again, RestorationLoss) and again.name == "mine"
