import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dscl_tf.errors import UsageError
from dscl_tf.losses import contrastive_loss
from dscl_tf.losses.contrastive import cosine_similarity, normalise, pair_terms
from tests.losses.gradients import assert_gradient_is_slope, value_and_gradient

RNG = np.random.default_rng(3)
EMBEDDINGS = RNG.normal(size=(9, 5))
POSITIVES = RNG.random((9, 9)) < 0.3
NEGATIVES = RNG.random((9, 9)) < 0.4


def mask(count, *entries):
    """Return a (count, count) mask that is True at `entries`."""
    found = np.zeros((count, count), bool)
    found[tuple(np.transpose(entries))] = True
    return found


def literal_loss(embeddings, positives, negatives, temperature):
    """The definition, term by term."""

    def e(a, b):
        lengths = np.linalg.norm(embeddings[a]) * np.linalg.norm(embeddings[b])
        return np.exp(embeddings[a] @ embeddings[b] / lengths / temperature)

    terms = []
    for a, p in np.argwhere(positives):
        total = e(a, p)
        for n in range(len(embeddings)):
            if negatives[a, n]:
                total += e(a, n)
        terms.append(-np.log(e(a, p) / total))
    return np.mean(terms)


@pytest.mark.parametrize("temperature", [0.05, 0.1, 1.0])
def test_equals_the_literal_definition(temperature):
    expected = literal_loss(EMBEDDINGS, POSITIVES, NEGATIVES, temperature)
    loss = contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES, temperature)
    np.testing.assert_allclose(loss, expected, rtol=1e-12)


def test_a_pair_is_ordered_and_takes_the_negatives_of_its_anchor():
    one_way = contrastive_loss(EMBEDDINGS, mask(9, (0, 1)), NEGATIVES, 0.1)
    other_way = contrastive_loss(EMBEDDINGS, mask(9, (1, 0)), NEGATIVES, 0.1)
    assert float(one_way) != float(other_way)
    both = contrastive_loss(EMBEDDINGS, mask(9, (0, 1), (1, 0)), NEGATIVES, 0.1)
    np.testing.assert_allclose(both, (one_way + other_way) / 2, rtol=1e-12)


def test_equal_embeddings_give_log_of_one_plus_negatives():
    negatives = mask(6, (0, 2), (0, 3), (0, 4), (0, 5))
    loss = contrastive_loss(np.ones((6, 3), "float32"), mask(6, (0, 1)), negatives, 0.1)
    np.testing.assert_allclose(loss, np.log(5), rtol=1e-6)


def test_one_orthogonal_negative():
    embeddings = np.array([[2.0, 0], [3, 0], [0, 1]], "float32")
    loss = contrastive_loss(embeddings, mask(3, (0, 1)), mask(3, (0, 2)), 0.1)
    np.testing.assert_allclose(loss, np.log1p(np.exp(-10.0)), rtol=1e-5)


def test_opposite_positive_at_a_tiny_temperature_does_not_overflow():
    embeddings = np.array([[1.0, 0], [-1, 0], [1, 0]], "float32")
    value, gradient = value_and_gradient(
        lambda e: contrastive_loss(e, mask(3, (0, 1)), np.ones((3, 3), bool), 1e-4), embeddings
    )
    np.testing.assert_allclose(value, 2e4, rtol=1e-4)
    assert np.isfinite(gradient).all()


@pytest.mark.parametrize("count", [0, 4])
def test_terms_without_negatives_are_zero_with_zero_gradient(count):
    positive = np.array([3.0, -3.0], "float32")
    negatives = np.ones((2, count), "float32")
    value, gradient = value_and_gradient(
        lambda s: pair_terms(s, negatives, np.zeros((2, count), bool)), positive
    )
    np.testing.assert_array_equal(value, [0, 0])
    np.testing.assert_array_equal(gradient, [0, 0])


def test_loss_without_negatives_is_zero_with_zero_gradient():
    none = np.zeros((9, 9), bool)
    value, gradient = value_and_gradient(
        lambda e: contrastive_loss(e, POSITIVES, none, 0.1), EMBEDDINGS.astype("float32")
    )
    assert value == 0
    np.testing.assert_array_equal(gradient, 0)


def test_zero_embedding_has_a_finite_gradient():
    embeddings = EMBEDDINGS.astype("float32")
    embeddings[np.argwhere(POSITIVES)[0, 0]] = 0
    value, gradient = value_and_gradient(
        lambda e: contrastive_loss(e, POSITIVES, NEGATIVES, 0.1), embeddings
    )
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()


def test_terms_share_negatives_by_broadcasting():
    positive, negatives = RNG.normal(size=(4, 3)), RNG.normal(size=(4, 1, 6))
    repeated = np.repeat(negatives, 3, axis=1)
    np.testing.assert_allclose(
        pair_terms(positive, negatives), pair_terms(positive, repeated), rtol=1e-12
    )


def test_gradient_is_the_slope():
    assert_gradient_is_slope(
        lambda e: contrastive_loss(e, POSITIVES, NEGATIVES, 0.1), EMBEDDINGS.copy()
    )


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_low_precision_embeddings_are_computed_in_float32(dtype):
    import tensorflow as tf

    low = tf.cast(EMBEDDINGS, dtype)
    loss = contrastive_loss(low, POSITIVES, NEGATIVES, 0.1)
    assert loss.dtype == "float32"
    expected = literal_loss(tf.cast(low, "float64").numpy(), POSITIVES, NEGATIVES, 0.1)
    np.testing.assert_allclose(loss, expected, rtol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(9)))
def test_order_of_images_does_not_matter(order):
    order = np.array(order)
    moved = contrastive_loss(
        EMBEDDINGS[order], POSITIVES[order][:, order], NEGATIVES[order][:, order], 0.1
    )
    expected = contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES, 0.1)
    np.testing.assert_allclose(moved, expected, rtol=1e-10)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(1e-3, 1e3), min_size=9, max_size=9))
def test_lengths_of_embeddings_do_not_matter(lengths):
    scaled = contrastive_loss(EMBEDDINGS * np.array(lengths)[:, None], POSITIVES, NEGATIVES, 0.1)
    expected = contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES, 0.1)
    np.testing.assert_allclose(scaled, expected, rtol=1e-9)


def test_normalise_by_hand():
    vectors = np.array([[3, 4], [0, 0]], "float16")
    np.testing.assert_allclose(normalise(vectors), [[0.6, 0.8], [0, 0]], rtol=1e-6)


def test_cosine_similarity_by_hand():
    a, b = np.array([[1.0, 1.0]]), np.array([[2.0, 0.0], [-1.0, -1.0]])
    np.testing.assert_allclose(cosine_similarity(a, b), [[0.5**0.5, -1]], rtol=1e-6)


def test_batch_without_a_positive_pair_has_no_mean():
    assert np.isnan(contrastive_loss(EMBEDDINGS, POSITIVES & False, NEGATIVES, 0.1))


def test_masks_must_fit_the_embeddings():
    pairs = np.argwhere(POSITIVES)
    message = (
        rf"`positives`: must be an \(N, N\) mask for 9 embeddings, got shape \({len(pairs)}, 2\)"
    )
    with pytest.raises(UsageError, match=message):
        contrastive_loss(EMBEDDINGS, pairs, NEGATIVES, 0.1)
    with pytest.raises(UsageError, match=r"`negatives`: .* got shape \(9, 8\)"):
        contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES[:, :8], 0.1)
    with pytest.raises(UsageError, match=r"`positives`: .* got shape \(9,\)"):
        contrastive_loss(EMBEDDINGS, POSITIVES[0], NEGATIVES, 0.1)


def test_the_size_of_the_batch_need_not_be_known():
    import tensorflow as tf

    masks = tf.TensorSpec((None, None), "bool")
    graph = tf.function(
        lambda e, p, n: contrastive_loss(e, p, n, 0.1),
        input_signature=[tf.TensorSpec((None, 5), "float64"), masks, masks],
    )
    expected = contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES, 0.1)
    np.testing.assert_allclose(graph(EMBEDDINGS, POSITIVES, NEGATIVES), expected, rtol=1e-12)


@pytest.mark.parametrize("temperature", [0, -0.1, float("nan")])
def test_temperature_must_be_above_zero(temperature):
    with pytest.raises(UsageError, match=f"temperature: must be above 0, got {temperature}"):
        contrastive_loss(EMBEDDINGS, POSITIVES, NEGATIVES, temperature)
