"""The one contrastive kernel that every objective uses."""

from typing import Any, TypeAlias

import keras
from keras import ops

from dscl_tf.errors import UsageError

Tensor: TypeAlias = Any

# Stands for log(0). Finite, since -inf minus -inf would turn gradients into NaN.
_LOG_ZERO = -1e30


def pair_terms(positive: Tensor, negatives: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return the loss of each pair, `-s_ap + log(exp(s_ap) + sum_n exp(s_an))`.

    Args:
        positive: (...,) similarities of anchor and positive, already divided by the temperature.
        negatives: (..., M) similarities of anchor and negatives, likewise. The leading axes
            broadcast with those of `positive`, so anchors can share their negatives.
        mask: (..., M) bool, True where the entry is a negative; None means all are.

    Returns:
        (...,) terms, at least 0. A pair without any negative has the value 0 and gradient 0.
    """
    positive = at_least_float32(positive)
    negatives = at_least_float32(negatives)
    if negatives.shape[-1] == 0:
        return 0 * positive
    if mask is not None:
        negatives = ops.where(mask, negatives, ops.cast(_LOG_ZERO, negatives.dtype))
    # log(1 + sum_n exp(s_an - s_ap)) without the cancellation of the literal difference
    return ops.softplus(ops.logsumexp(negatives, axis=-1) - positive)


def contrastive_loss(
    embeddings: Tensor, pairs: Tensor, negatives: Tensor, temperature: float
) -> Tensor:
    """Contrast listed pairs (a, p): mean of `-s_ap + log(exp(s_ap) + sum_n exp(s_an))`.

    `s` is the cosine similarity over the temperature, n runs over the negatives of a (Chaitanya
    et al. 2020, equation 1).

    Args:
        embeddings: (N, D) float, of any length; they are normalised here, in float32.
        pairs: (P, 2) int rows (anchor, positive), ordered, P at least 1.
        negatives: (N, N) bool, True at (a, n) where n is a negative of anchor a.
        temperature: above 0.

    Returns:
        The scalar mean over pairs, float32 (float64 if the embeddings are).

    Raises:
        UsageError: there is no pair, or the temperature is not above 0.
    """
    check_temperature(temperature)
    if pairs.shape[0] == 0:
        raise UsageError("pairs: must hold one or more (anchor, positive) rows, got none")
    similarities = cosine_similarity(embeddings, embeddings) / temperature  # (N, N)
    anchors = ops.cast(pairs[:, 0], "int32")
    positives = ops.cast(pairs[:, 1], "int32")
    count = ops.shape(similarities)[0]
    positive = ops.take(ops.reshape(similarities, (-1,)), anchors * count + positives)  # (P,)
    terms = pair_terms(
        positive, ops.take(similarities, anchors, axis=0), ops.take(negatives, anchors, axis=0)
    )
    return ops.mean(terms)


def masked_contrastive_loss(
    embeddings: Tensor, positives: Tensor, negatives: Tensor, temperature: float
) -> Tensor:
    """Contrast the pairs of a mask: `contrastive_loss` with static shapes, as XLA needs them.

    Args:
        embeddings: (N, D) float.
        positives: (N, N) bool, True at (a, p) where p is a positive of anchor a. Without any
            True entry there is no mean to take, and the result is NaN.
        negatives: (N, N) bool, True at (a, n) where n is a negative of anchor a.
        temperature: above 0.

    Returns:
        The scalar mean over the True entries of `positives`.

    Raises:
        UsageError: the temperature is not above 0.
    """
    check_temperature(temperature)
    similarities = cosine_similarity(embeddings, embeddings) / temperature  # (N, N)
    negatives = ops.expand_dims(negatives, 1)  # (N, 1, N), shared by all positives of an anchor
    terms = pair_terms(similarities, ops.expand_dims(similarities, 1), negatives)
    chosen = ops.cast(positives, terms.dtype)
    return ops.sum(terms * chosen) / ops.sum(chosen)


def cosine_similarity(a: Tensor, b: Tensor) -> Tensor:
    """Return the cosine similarities (..., N, M) of vectors a (..., N, D) and b (..., M, D)."""
    return ops.matmul(normalise(a), ops.swapaxes(normalise(b), -1, -2))


def normalise(vectors: Tensor, epsilon: float = 1e-12) -> Tensor:
    """Scale vectors (..., D) to unit length, in float32 or float64.

    Squared lengths below `epsilon` count as `epsilon`: a zero vector stays zero.
    """
    vectors = at_least_float32(vectors)
    squared = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.rsqrt(ops.maximum(squared, epsilon))


def at_least_float32(values: Tensor) -> Tensor:
    """Cast to float32 unless the values are float64 (which finite differences need)."""
    values = ops.convert_to_tensor(values)
    if keras.backend.standardize_dtype(values.dtype) == "float64":
        return values
    return ops.cast(values, "float32")


def check_temperature(temperature: float) -> None:
    """Raise a `UsageError` unless the temperature is above 0."""
    if not temperature > 0:
        raise UsageError(f"temperature: must be above 0, got {temperature}")
