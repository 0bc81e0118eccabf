import keras
import numpy as np

from dscl_tf.losses import ChangeLoss
from tests.losses.gradients import assert_gradient_is_slope

CHANGE = np.random.default_rng(3).normal(size=(3, 4, 5, 2))


def test_is_minus_the_mean_absolute_change_of_every_pixel_and_image() -> None:
    total = 0.0
    for value in CHANGE.ravel():
        total += abs(value)
    loss = ChangeLoss(dtype="float64")(np.zeros_like(CHANGE), CHANGE)
    np.testing.assert_allclose(loss, -total / CHANGE.size, rtol=1e-12)


def test_low_precision_is_averaged_in_float32() -> None:
    change = np.full((1, 512, 512, 1), 1.0, "float16")  # the sum overflows float16
    np.testing.assert_allclose(ChangeLoss().call(change, change), [-1.0])


def test_gradient_is_the_slope() -> None:
    loss = ChangeLoss()
    assert_gradient_is_slope(lambda x: keras.ops.sum(loss.call(x, x)), CHANGE.copy())


def test_config_round_trip() -> None:
    again = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(ChangeLoss(name="mine"))
    )
    assert isinstance(again, ChangeLoss) and again.name == "mine"
