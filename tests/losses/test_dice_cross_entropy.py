import keras
import numpy as np

from dscl_tf.losses import DiceCrossEntropyLoss, batch_dice_loss
from tests.losses.gradients import assert_gradient_is_slope

RNG = np.random.default_rng(7)
LOGITS = RNG.normal(size=(2, 4, 5, 3)).astype("float32")
TARGETS = np.eye(3, dtype="float32")[RNG.integers(3, size=(2, 4, 5))]


def test_is_the_sum_of_its_terms():
    probabilities = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=-1, keepdims=True)
    entropy = -np.log((probabilities * TARGETS).sum(axis=-1)).mean()
    expected = entropy + np.asarray(batch_dice_loss(probabilities, TARGETS))
    np.testing.assert_allclose(DiceCrossEntropyLoss()(TARGETS, LOGITS), expected, rtol=1e-5)


def test_a_sure_and_right_prediction_costs_nothing():
    np.testing.assert_allclose(DiceCrossEntropyLoss()(TARGETS, 50 * TARGETS), 0, atol=1e-6)


def test_gradient_is_the_slope():
    loss = DiceCrossEntropyLoss()
    logits, targets = LOGITS.astype("float64"), TARGETS.astype("float64")
    assert_gradient_is_slope(lambda values: loss.call(targets, values), logits)


def test_low_precision_logits_are_computed_in_float32():
    low = LOGITS.astype("float16")
    np.testing.assert_allclose(
        DiceCrossEntropyLoss()(TARGETS, low), DiceCrossEntropyLoss()(TARGETS, low.astype("float32"))
    )


def test_survives_a_round_trip_of_its_config():
    loss = DiceCrossEntropyLoss(epsilon=0.5)
    copy = keras.losses.deserialize(keras.losses.serialize(loss))
    assert copy.get_config() == loss.get_config() and copy.epsilon == 0.5
