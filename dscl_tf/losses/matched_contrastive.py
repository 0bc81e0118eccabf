"""The local contrastive loss of moved views: regions matched through a known motion."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops

from dscl_tf.losses.contrastive import (
    check_temperature,
    cosine_similarity,
    normalise,
    pair_terms,
)
from dscl_tf.losses.local_contrastive import Indices, check_indices
from dscl_tf.tensor import Tensor


class Cosines(NamedTuple):
    """What the loss compares, for every pair of maps p and every region a.

    Attributes:
        positive: (P, A), of an anchor and its positive.
        negative: (P, A, M), of an anchor and its negatives.
        mask: (P, A, M) bool, where there is such a negative.
        matched: (P, A) bool, where there is such a positive.
    """

    positive: Tensor
    negative: Tensor
    mask: Tensor
    matched: Tensor


@keras.saving.register_keras_serializable(package="dscl_tf")
class MatchedContrastiveLoss(keras.losses.Loss):
    """Contrast regions of moved views with where they lie in another view, and with others.

    For a pair of maps (i, j) and a region a of map i that map j shows as well, the positive is the
    same part of the body in map j. Negatives are the regions `negatives[a]` of map i, the same
    parts of the body in map j, and region a of every map whose slice repels that of map i: at the
    same place, so that a place alone tells nothing. Regions that leave a slice or a map are left
    out. The value is the mean over what is left, by the one kernel; NaN if nothing is.

    `y_true` holds "pairs" (P, 2), the positions in the batch of maps i and j, and "repels"
    (batch, batch), 1 where two images' slices repel each other. `y_pred` holds embeddings "own"
    (batch, A, D) of the regions of every map, and "found" (P, A, D) of where the regions of map i
    lie in map j; and "own_inside" (batch, A) and "found_inside" (P, A), 0 for those to leave out.

    Args:
        negatives: (A, k) int indices of each region's negatives; none twice, none itself.
        temperature: above 0.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Raises:
        UsageError: an index breaks a rule, or the temperature is not above 0.

    Example:
        >>> y_true = {"pairs": np.array([[0, 1]]), "repels": 1 - np.eye(2)}
        >>> y_pred = {
        ...     "own": np.ones((2, 2, 3)), "own_inside": np.ones((2, 2)),
        ...     "found": np.ones((1, 2, 3)), "found_inside": np.ones((1, 2)),
        ... }
        >>> loss = MatchedContrastiveLoss(negatives=[[1], [0]])
        >>> round(float(loss(y_true, y_pred)), 4)  # 1 + 1 elsewhere, 1 in another slice: log(1 + 3)
        1.3863
    """

    def __init__(
        self,
        negatives: Indices,
        temperature: float = 0.1,
        name: str = "matched_contrastive",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        check_temperature(temperature)
        self.negatives = np.asarray(negatives)
        regions = len(self.negatives)
        _, self.elsewhere = check_indices(np.arange(regions), self.negatives, regions)  # (A, A)
        self.temperature = temperature

    def call(self, y_true: Mapping[str, Tensor], y_pred: Mapping[str, Tensor]) -> Tensor:
        """Return the scalar loss."""
        cosines = self.cosines(y_true, y_pred)
        terms = pair_terms(
            cosines.positive / self.temperature, cosines.negative / self.temperature, cosines.mask
        )
        matched = ops.cast(cosines.matched, terms.dtype)
        return ops.sum(terms * matched) / ops.sum(matched)

    def cosines(self, y_true: Mapping[str, Tensor], y_pred: Mapping[str, Tensor]) -> Cosines:
        """Return the cosines that are compared, and which of them count."""
        pairs = ops.cast(ops.round(y_true["pairs"]), "int32")  # Keras passes them as float32
        repels, own_inside, found_inside = (
            ops.cast(values, "bool")
            for values in (y_true["repels"], y_pred["own_inside"], y_pred["found_inside"])
        )
        own, found = normalise(y_pred["own"]), normalise(y_pred["found"])
        first = pairs[:, 0]
        mine = ops.take(own, first, axis=0)  # (P, A, D)
        mine_inside = ops.take(own_inside, first, axis=0)  # (P, A)
        by_place = ops.transpose(own, (1, 0, 2))  # (A, batch, D)
        at_place = cosine_similarity(by_place, by_place)  # (A, batch, batch)
        at_place = ops.take(ops.transpose(at_place, (1, 0, 2)), first, axis=0)  # (P, A, batch)
        elsewhere = self.elsewhere[None]
        others = ops.take(repels, first, axis=0)[:, None]  # (P, 1, batch)
        within, across = cosine_similarity(mine, mine), cosine_similarity(mine, found)
        negative = ops.concatenate([within, across, at_place], axis=-1)
        mask = ops.concatenate(
            [
                ops.logical_and(elsewhere, mine_inside[:, None]),
                ops.logical_and(elsewhere, found_inside[:, None]),
                ops.logical_and(others, ops.transpose(own_inside)[None]),
            ],
            axis=-1,
        )  # (P, A, A + A + batch)
        positive = ops.sum(mine * found, axis=-1)
        return Cosines(positive, negative, mask, ops.logical_and(mine_inside, found_inside))

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "negatives": self.negatives.tolist(),
            "temperature": self.temperature,
        }
