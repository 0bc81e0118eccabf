"""How uncertain a prediction is, voxel by voxel: the normalised entropy of its mean probabilities.

With the probabilities averaged over the members of an ensemble this is the predictive entropy of
Lakshminarayanan et al. (NeurIPS 2017). It counts every doubt: of a single network about a voxel,
and of networks or views that disagree. Wang et al. (Neurocomputing 2019) take the entropy of how
often each label was predicted instead, which needs many predictions.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy.special import entr

from dscl_tf.text import number


def normalised_entropy(probabilities: np.ndarray) -> np.ndarray:
    """Return the entropy of class probabilities, divided by the logarithm of their number.

    Args:
        probabilities: (..., classes), at least two classes; they sum to 1.

    Returns:
        (...) float32 in [0, 1]: 0 where one class is certain, 1 where all are equally likely.

    >>> normalised_entropy(np.array([[1.0, 0.0], [0.5, 0.5]]))
    array([0., 1.], dtype=float32)
    """
    entropy = entr(probabilities).sum(axis=-1) / np.log(probabilities.shape[-1])
    return np.clip(entropy, 0, 1).astype(np.float32)  # rounding alone leaves the range


def right_and_wrong(
    uncertainty: np.ndarray, prediction: np.ndarray, reference: np.ndarray
) -> dict[str, float]:
    """Return the mean uncertainty where a mask is right and where it is wrong.

    Only voxels that the prediction or the reference gives a class are counted: the rest is easy
    background, and mostly air. A useful map is clearly higher where the mask is wrong.

    Args:
        uncertainty: (X, Y, Z) in [0, 1].
        prediction: (X, Y, Z) labels.
        reference: (X, Y, Z) labels.

    Returns:
        "right" and "wrong"; NaN where there is no such voxel.

    >>> right_and_wrong(np.array([0.9, 0.1, 0.5]), np.array([0, 1, 2]), np.array([0, 1, 1]))
    {'right': 0.1, 'wrong': 0.5}
    """
    labelled = (prediction > 0) | (reference > 0)
    right = prediction == reference
    return {"right": _mean(uncertainty[labelled & right]), "wrong": _mean(uncertainty[~right])}


def mean_right_and_wrong(volumes: Mapping[str, Mapping[str, float]]) -> dict[str, Any]:
    """Return the means of "right" and "wrong" over volumes that have them, and `per_volume`."""
    means = {}
    for key in ("right", "wrong"):
        values = np.array([volume[key] for volume in volumes.values()])
        means[key] = _mean(values[~np.isnan(values)])
    return {**means, "per_volume": dict(volumes)}


def uncertainty_line(means: Mapping[str, Any]) -> str:
    """Return one line on what `mean_right_and_wrong` gave."""
    right, wrong = (number(means[key], 3) for key in ("right", "wrong"))
    return (
        "Mean uncertainty (0 to 1) of the voxels that prediction or reference give a class: "
        f"{right} where they agree, {wrong} where they differ"
    )


def _mean(values: np.ndarray) -> float:
    return float(values.mean(dtype=np.float64)) if values.size else float("nan")
