import keras
import numpy as np
import pytest

from dscl_tf.errors import UsageError
from dscl_tf.losses import DiceLoss, batch_dice_loss, dice_loss
from tests.losses.gradients import assert_gradient_is_slope

RNG = np.random.default_rng(6)
LOGITS = RNG.normal(size=(2, 4, 5, 3))
TARGETS = np.eye(3)[RNG.integers(3, size=(2, 4, 5))]
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=-1, keepdims=True)


def literal_loss(probabilities, targets, epsilon):
    scores = []
    for p, t in zip(probabilities, targets, strict=True):
        for c in range(p.shape[-1]):
            overlap = sum(p[..., c].ravel() * t[..., c].ravel())
            scores.append(2 * overlap / (p[..., c].sum() + t[..., c].sum() + epsilon))
    return 1 - np.mean(scores)


@pytest.mark.parametrize("epsilon", [1e-10, 1.0])
def test_equals_the_literal_definition(epsilon):
    loss = dice_loss(PROBABILITIES, TARGETS, epsilon)
    np.testing.assert_allclose(loss, literal_loss(PROBABILITIES, TARGETS, epsilon), rtol=1e-12)


def test_two_pixels_by_hand():
    probabilities = np.array([[0.75, 0.25], [0.5, 0.5]]).reshape(1, 1, 2, 2)
    targets = np.array([[1.0, 0], [0, 1]]).reshape(1, 1, 2, 2)
    # class 0: 2 * 0.75 / (1.25 + 1); class 1: 2 * 0.5 / (0.75 + 1)
    expected = 1 - (1.5 / 2.25 + 1 / 1.75) / 2
    np.testing.assert_allclose(dice_loss(probabilities, targets), expected, rtol=1e-9)


def test_perfect_prediction_scores_zero_where_every_class_is_present():
    np.testing.assert_allclose(dice_loss(TARGETS, TARGETS), 0, atol=1e-9)


def test_absent_class_adds_its_full_share():
    targets = np.zeros((1, 2, 2, 4))
    targets[..., 0] = 1
    np.testing.assert_allclose(dice_loss(targets, targets), 0.75, rtol=1e-9)


def test_soft_targets():
    mixed = 0.3 * TARGETS[:1] + 0.7 * TARGETS[1:]
    expected = literal_loss(PROBABILITIES[:1], mixed, 1e-10)
    np.testing.assert_allclose(dice_loss(PROBABILITIES[:1], mixed), expected, rtol=1e-12)


def test_keras_loss_takes_logits():
    np.testing.assert_allclose(
        DiceLoss()(TARGETS, LOGITS), dice_loss(PROBABILITIES, TARGETS), rtol=1e-5
    )


def test_low_precision_logits_are_computed_in_float32():
    large = np.zeros((1, 256, 256, 2), "float16")  # its sums overflow float16
    loss = DiceLoss()(np.eye(2, dtype="float16")[np.zeros((1, 256, 256), int)], large)
    np.testing.assert_allclose(loss, 1 - (1 / 1.5) / 2, rtol=1e-5)


def test_gradient_is_the_slope():
    assert_gradient_is_slope(
        lambda logits: dice_loss(keras.ops.softmax(logits), TARGETS), LOGITS.copy()
    )


def test_config_round_trip():
    loss = DiceLoss(epsilon=0.5, name="mine")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    assert isinstance(again, DiceLoss)
    assert (again.epsilon, again.name) == (0.5, "mine")


def test_epsilon_must_be_above_zero():
    with pytest.raises(UsageError, match="dice_epsilon: must be above 0, got 0"):
        DiceLoss(epsilon=0)


def test_batch_dice_takes_all_images_for_one():
    scores = []
    for c in range(3):
        p, t = PROBABILITIES[..., c], TARGETS[..., c]
        scores.append(2 * (p * t).sum() / (p.sum() + t.sum() + 1e-10))
    np.testing.assert_allclose(
        batch_dice_loss(PROBABILITIES, TARGETS), 1 - np.mean(scores), rtol=1e-9
    )
    one = batch_dice_loss(PROBABILITIES[:1], TARGETS[:1])
    np.testing.assert_allclose(one, dice_loss(PROBABILITIES[:1], TARGETS[:1]), rtol=1e-9)


def test_batch_dice_counts_what_is_invented_where_a_class_is_absent():
    targets = np.zeros((2, 1, 4, 2))
    targets[0, ..., 1] = targets[1, ..., 0] = 1  # the second image lacks class 1
    invented = targets.copy()
    invented[1, 0, 0] = [0, 1]
    assert dice_loss(invented, targets) - dice_loss(targets, targets) < 0.08
    assert batch_dice_loss(targets, targets) < 1e-9
    # class 0: 2 * 3 / (3 + 4); class 1: 2 * 4 / (5 + 4)
    np.testing.assert_allclose(batch_dice_loss(invented, targets), 1 - (6 / 7 + 8 / 9) / 2)
