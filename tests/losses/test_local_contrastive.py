import keras
import numpy as np
import pytest
import tensorflow as tf

from dscl_tf.errors import UsageError
from dscl_tf.losses import LocalContrastiveLoss, local_contrastive_loss
from tests.losses.gradients import (
    assert_gradient_is_slope,
    value_and_gradient,
)

REGIONS = np.random.default_rng(4).normal(size=(4, 6, 5))
PAIRS = np.array([[0, 1], [1, 0], [2, 3], [2, 0]])
ANCHORS = np.array([0, 2, 5])
NEGATIVES = np.array([[1, 4], [3, 0], [2, 1]])


def literal_loss(regions, pairs, anchors, negatives, temperature):
    """The definition, term by term."""

    def e(a, b):
        return np.exp(a @ b / np.linalg.norm(a) / np.linalg.norm(b) / temperature)

    terms = []
    for i, j in pairs:
        for a, others in zip(anchors, negatives, strict=True):
            positive = e(regions[i, a], regions[j, a])
            total = positive
            for n in others:
                total += e(regions[i, a], regions[i, n]) + e(regions[i, a], regions[j, n])
            terms.append(-np.log(positive / total))
    return np.mean(terms)


def test_equals_the_literal_definition():
    loss = local_contrastive_loss(REGIONS, PAIRS, ANCHORS, NEGATIVES, 0.1)
    expected = literal_loss(REGIONS, PAIRS, ANCHORS, NEGATIVES, 0.1)
    np.testing.assert_allclose(loss, expected, rtol=1e-12)


def test_equal_regions_give_log_of_one_plus_negatives():
    loss = local_contrastive_loss(np.ones((2, 3, 4)), PAIRS[:2], [0, 1], [[1, 2], [0, 2]], 0.1)
    np.testing.assert_allclose(loss, np.log(1 + 2 * 2), rtol=1e-12)


def test_regions_that_match_by_position_and_differ_otherwise_give_almost_no_loss():
    regions = np.broadcast_to(np.eye(3), (2, 3, 3))
    loss = local_contrastive_loss(regions, PAIRS[:1], [0], [[1, 2]], 0.1)
    np.testing.assert_allclose(loss, np.log1p(4 * np.exp(-10)), rtol=1e-9)


def test_anchors_without_negatives_give_zero():
    value, gradient = value_and_gradient(
        lambda r: local_contrastive_loss(r, PAIRS, [0, 1], np.zeros((2, 0), int), 0.1), REGIONS
    )
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_order_of_regions_does_not_matter():
    order = np.array([3, 0, 5, 1, 4, 2])
    place = np.argsort(order)
    moved = local_contrastive_loss(REGIONS[:, order], PAIRS, place[ANCHORS], place[NEGATIVES], 0.1)
    expected = local_contrastive_loss(REGIONS, PAIRS, ANCHORS, NEGATIVES, 0.1)
    np.testing.assert_allclose(moved, expected, rtol=1e-12)


def test_gradient_is_the_slope():
    assert_gradient_is_slope(
        lambda r: local_contrastive_loss(r, PAIRS, ANCHORS, NEGATIVES, 0.1), REGIONS.copy()
    )


def test_low_precision_regions_are_computed_in_float32():
    low = tf.cast(REGIONS, "bfloat16")
    loss = local_contrastive_loss(low, PAIRS, ANCHORS, NEGATIVES, 0.1)
    expected = literal_loss(tf.cast(low, "float64").numpy(), PAIRS, ANCHORS, NEGATIVES, 0.1)
    assert loss.dtype == "float32"
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


def test_keras_loss_is_the_function_and_survives_its_config():
    loss = LocalContrastiveLoss(ANCHORS, NEGATIVES, temperature=0.2, name="mine")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(loss))
    expected = local_contrastive_loss(REGIONS, PAIRS, ANCHORS, NEGATIVES, 0.2)
    for each in (loss, again):
        np.testing.assert_allclose(each(PAIRS, REGIONS), expected, rtol=1e-5)
    assert again.get_config() == loss.get_config()


@pytest.mark.parametrize(
    ("anchors", "negatives", "message"),
    [
        ([0], [[1, 1]], r"neither repeat nor hold the anchor, got \[1, 1\] for anchor 0"),
        ([2], [[1, 2]], r"neither repeat nor hold the anchor, got \[1, 2\] for anchor 2"),
        ([0], [[6]], "indices from 0 below 6, got 0 to 6"),
        ([0, 1], [[2]], r"one row of indices for each anchor, got shapes \(2,\) .* \(1, 1\)"),
    ],
)
def test_indices_are_checked(anchors, negatives, message):
    with pytest.raises(UsageError, match=message):
        local_contrastive_loss(REGIONS, PAIRS, anchors, negatives, 0.1)


def test_a_batch_needs_pairs():
    with pytest.raises(UsageError, match="pairs: must hold one or more"):
        local_contrastive_loss(REGIONS, PAIRS[:0], ANCHORS, NEGATIVES, 0.1)
