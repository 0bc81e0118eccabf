"""The local contrastive loss: regions of a feature map against regions elsewhere in it."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.losses.contrastive import (
    check_temperature,
    cosine_similarity,
    normalise,
    pair_terms,
)
from dscl_tf.tensor import Tensor

Indices = np.ndarray | Sequence[Any]


def local_contrastive_loss(
    regions: Tensor, pairs: Tensor, anchors: Indices, negatives: Indices, temperature: float
) -> Tensor:
    """Contrast each region with its counterpart in a paired map and with distant regions of both.

    For pair (i, j) and anchor region a the positive is (f_i[a], f_j[a]); the negatives are
    (f_i[a], f_i[n]) and (f_i[a], f_j[n]) for the k regions n of `negatives` (Chaitanya et al.
    2020, equation 3). Memory grows linearly with the number of pairs.

    Args:
        regions: (batch, R, D) float embeddings of all regions of every map.
        pairs: (P, 2) int, each the positions in the batch of (map i, map j); ordered, so that
            (i, j) and (j, i) are two pairs; P at least 1.
        anchors: (A,) int indices below R of the regions that are anchors.
        negatives: (A, k) int indices below R of each anchor's negatives; none twice, none the
            anchor itself.
        temperature: above 0.

    Returns:
        The scalar mean over pairs and anchors, float32 (float64 if the embeddings are).

    Raises:
        UsageError: there is no pair, an index breaks a rule, or the temperature is not above 0.

    Example:
        >>> import numpy as np
        >>> regions = np.ones((2, 3, 4), "float32")  # three equal regions in each of two maps
        >>> pairs = np.array([[0, 1], [1, 0]])
        >>> loss = local_contrastive_loss(regions, pairs, [0, 1], [[1, 2], [0, 2]], 0.1)
        >>> round(float(loss), 4)  # two negatives in each of the two maps: log(1 + 4)
        1.6094
    """
    check_temperature(temperature)
    if pairs.shape[0] == 0:
        raise UsageError("pairs: must hold one or more (anchor map, positive map), got none")
    anchors, mask = check_indices(anchors, negatives, regions.shape[1])
    pairs = ops.cast(pairs, "int32")
    regions = normalise(regions)
    theirs = ops.take(regions, pairs[:, 1], axis=0)  # (P, R, D)
    mine = ops.take(regions, pairs[:, 0], axis=0)
    mine_anchors = ops.take(mine, anchors, axis=1)  # (P, A, D)

    within = cosine_similarity(mine_anchors, mine) / temperature  # (P, A, R)
    across = cosine_similarity(mine_anchors, theirs) / temperature
    positive = ops.sum(across * ops.one_hot(anchors, regions.shape[1], dtype=across.dtype), -1)
    both = ops.concatenate([within, across], axis=-1)  # (P, A, 2R)
    return ops.mean(pair_terms(positive, both, np.concatenate([mask, mask], axis=-1)))


@keras.saving.register_keras_serializable(package="dscl_tf")
class LocalContrastiveLoss(keras.losses.Loss):
    """Contrast local regions.

    `y_true` (P, 2) are the pairs of maps and `y_pred` (batch, R, D) the embedded regions, see
    `local_contrastive_loss`. The value is the mean over pairs and anchors, whatever the reduction.

    Args:
        anchors: (A,) int indices of the regions that are anchors.
        negatives: (A, k) int indices of each anchor's negatives.
        temperature: above 0.
        name: the loss's name.
        kwargs: `reduction` and `dtype` of `keras.losses.Loss`.

    Raises:
        UsageError: an index breaks a rule of `local_contrastive_loss`, or the temperature is not
            above 0.

    Example:
        >>> import numpy as np
        >>> loss = LocalContrastiveLoss(anchors=[0, 1], negatives=[[1, 2], [0, 2]])
        >>> round(float(loss(np.array([[0, 1]]), np.ones((2, 3, 4), "float32"))), 4)
        1.6094
    """

    def __init__(
        self,
        anchors: Indices,
        negatives: Indices,
        temperature: float = 0.1,
        name: str = "local_contrastive",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        check_temperature(temperature)
        self.anchors = np.asarray(anchors)
        self.negatives = np.asarray(negatives)
        check_indices(self.anchors, self.negatives)
        self.temperature = temperature

    def call(self, y_true: Tensor, y_pred: Tensor) -> Tensor:
        """Return the scalar loss."""
        pairs = ops.cast(ops.round(y_true), "int32")  # Keras passes them as float32
        return local_contrastive_loss(y_pred, pairs, self.anchors, self.negatives, self.temperature)

    def get_config(self) -> dict[str, Any]:
        """Return the constructor's arguments."""
        return {
            **super().get_config(),
            "anchors": self.anchors.tolist(),
            "negatives": self.negatives.tolist(),
            "temperature": self.temperature,
        }


def check_indices(
    anchors: Indices, negatives: Indices, regions: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return the anchors and, if the number of regions is given, the negatives as (A, R) bool.

    Raises:
        UsageError: an index breaks a rule of `local_contrastive_loss`.
    """
    anchors, negatives = np.asarray(anchors), np.asarray(negatives)
    if (
        anchors.ndim != 1
        or negatives.ndim != 2
        or len(anchors) != len(negatives)
        or not len(anchors)
    ):
        raise UsageError(
            "negatives: must hold one row of indices for each anchor, got shapes "
            f"{anchors.shape} of anchors and {negatives.shape} of negatives"
        )
    for anchor, row in zip(anchors.tolist(), negatives.tolist(), strict=True):
        if anchor in row or len(set(row)) < len(row):
            raise UsageError(
                f"negatives: must neither repeat nor hold the anchor, got {row} for anchor {anchor}"
            )
    limit = np.inf if regions is None else regions
    used = np.append(negatives, anchors)
    if used.min() < 0 or used.max() >= limit:
        raise UsageError(
            f"anchors, negatives: must be indices from 0 below {limit}, got {used.min()} to "
            f"{used.max()}"
        )
    mask = np.zeros((len(anchors), regions or 0), bool)
    if regions is not None:
        np.put_along_axis(mask, negatives, True, axis=1)
    return anchors.astype("int32"), mask
