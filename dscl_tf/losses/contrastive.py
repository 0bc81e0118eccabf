"""The one contrastive kernel: every contrastive objective of the package is made of it."""

from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.losses.dtype import at_least_float32
from dscl_tf.tensor import Tensor

# Stands for log(0). Finite, since -inf minus -inf would turn gradients into NaN.
_LOG_ZERO = -1e30


def contrastive_loss(
    embeddings: Tensor, positives: Tensor, negatives: Tensor, temperature: float
) -> Tensor:
    """Contrast the pairs (a, p) of a mask: mean of `-s_ap + log(exp(s_ap) + sum_n exp(s_an))`.

    `s` is the cosine similarity over the temperature, n runs over the negatives of anchor a
    (Chaitanya et al. 2020, equation 1). All shapes are static, as XLA needs them.

    Args:
        embeddings: (N, D) float, of any length; they are normalised here, in float32.
        positives: (N, N) bool, True at (a, p) where p is a positive of anchor a.
        negatives: (N, N) bool, True at (a, n) where n is a negative of anchor a.
        temperature: above 0.

    Returns:
        The scalar mean over the True entries of `positives`, float32 (float64 if the embeddings
        are). Without any True entry there is no mean to take, and the result is NaN.

    Raises:
        UsageError: the temperature is not above 0, or a mask is not (N, N).

    Example:
        Images 0 and 1 attract each other, and image 2 repels both.

        >>> import numpy as np
        >>> embeddings = np.array([[1, 0], [2, 0], [0, 1]], "float32")
        >>> positives = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]], bool)
        >>> negatives = np.array([[0, 0, 1], [0, 0, 1], [0, 0, 0]], bool)
        >>> loss = contrastive_loss(embeddings, positives, negatives, temperature=1.0)
        >>> round(float(loss), 4)  # log(1 + exp(-1))
        0.3133
    """
    check_temperature(temperature)
    _check_masks(embeddings, positives=positives, negatives=negatives)
    similarities = cosine_similarity(embeddings, embeddings) / temperature  # (N, N)
    negatives = ops.expand_dims(negatives, 1)  # (N, 1, N), shared by all positives of an anchor
    terms = pair_terms(similarities, ops.expand_dims(similarities, 1), negatives)  # (N, N)
    chosen = ops.cast(positives, terms.dtype)
    return ops.sum(terms * chosen) / ops.sum(chosen)


def pair_terms(positive: Tensor, negatives: Tensor, mask: Tensor | None = None) -> Tensor:
    """Return the loss of each pair, `-s_ap + log(exp(s_ap) + sum_n exp(s_an))`.

    Args:
        positive: (...,) similarities of anchor and positive, already divided by the temperature.
        negatives: (..., M) similarities of anchor and negatives, likewise. The leading axes
            broadcast with those of `positive`, so anchors can share their negatives.
        mask: (..., M) bool, True where the entry is a negative; None means all are.

    Returns:
        (...,) terms, at least 0. A pair without any negative has the value 0 and gradient 0.

    Example:
        >>> import numpy as np
        >>> terms = pair_terms(np.zeros(1), np.zeros((1, 3)))  # three negatives, all alike
        >>> round(float(terms[0]), 4)  # log(1 + 3)
        1.3863
    """
    positive = at_least_float32(positive)
    negatives = at_least_float32(negatives)
    if negatives.shape[-1] == 0:
        return 0 * positive
    if mask is not None:
        negatives = ops.where(mask, negatives, ops.cast(_LOG_ZERO, negatives.dtype))
    # log(1 + sum_n exp(s_an - s_ap)) without the cancellation of the literal difference
    return ops.softplus(ops.logsumexp(negatives, axis=-1) - positive)


def cosine_similarity(a: Tensor, b: Tensor) -> Tensor:
    """Return the cosine similarities (..., N, M) of vectors a (..., N, D) and b (..., M, D).

    Example:
        >>> import numpy as np
        >>> similarity = cosine_similarity(np.array([[1.0, 1]]), np.array([[2.0, 0], [-1, -1]]))
        >>> [round(float(value), 3) for value in similarity[0]]
        [0.707, -1.0]
    """
    return ops.matmul(normalise(a), ops.swapaxes(normalise(b), -1, -2))


def normalise(vectors: Tensor, epsilon: float = 1e-12) -> Tensor:
    """Scale vectors (..., D) to unit length, in float32 or float64.

    Squared lengths below `epsilon` count as `epsilon`: a zero vector stays zero.

    Example:
        >>> import numpy as np
        >>> [round(float(value), 3) for value in normalise(np.array([[3.0, 4]]))[0]]
        [0.6, 0.8]
    """
    vectors = at_least_float32(vectors)
    squared = ops.sum(ops.square(vectors), axis=-1, keepdims=True)
    return vectors * ops.rsqrt(ops.maximum(squared, epsilon))


def check_temperature(temperature: float) -> None:
    """Raise a `UsageError` unless the temperature is above 0."""
    if not temperature > 0:
        raise UsageError(f"temperature: must be above 0, got {temperature}")


def _check_masks(embeddings: Tensor, **masks: Tensor) -> None:
    count = embeddings.shape[0]
    for name, mask in masks.items():
        shape = tuple(mask.shape)
        # A graph may not know the size of its batch, which is None then.
        if len(shape) != 2 or any(None not in (count, side) and side != count for side in shape):
            raise UsageError(
                f"`{name}`: must be an (N, N) mask for {count} embeddings, got shape {shape}"
            )
