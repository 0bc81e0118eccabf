"""Our losses on the inputs of the authors' own graph, beside what that graph gave.

    python -m tests.losses.parity

prints a table: value of both, relative error of the value and of the gradient.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from dscl_tf.losses import contrastive_loss, cut_regions, local_contrastive_loss
from tests.losses.gradients import ORACLE, relative_error, value_and_gradient

Case = dict[str, np.ndarray]
GLOBAL = ("global_GDminus_4", "global_GD_4", "global_GD2aug_4")
LOCAL = ("local_LR_1_3", "local_LR_3_2", "local_LR_3_3", "local_LD_1_3", "local_LD_3_3")


def global_loss(case: Case) -> Callable[[Any], Any]:
    """Return the loss of the embeddings, scaled as in the original."""
    temperature = float(case["temperature"])

    def loss(embeddings: Any) -> Any:
        mean = mean_over_pairs(embeddings, case["pairs"], case["negatives"], temperature)
        return case["scale"].astype("float32") * mean

    return loss


def mean_over_pairs(
    embeddings: Any, pairs: np.ndarray, negatives: np.ndarray, temperature: float
) -> Any:
    """Return the mean over pairs (P, 2), of which the original lists some twice: they count twice.

    A mask holds a pair once, so there is one for each time that pairs are listed.
    """
    times = np.zeros(negatives.shape, int)
    np.add.at(times, tuple(pairs.T), 1)
    masks = [times >= time for time in range(1, times.max() + 1)]
    sums = [
        mask.sum() * contrastive_loss(embeddings, mask, negatives, temperature) for mask in masks
    ]
    return sum(sums) / len(pairs)


def local_loss(case: Case, strategy: str) -> Callable[[Any], Any]:
    """Return the loss of the feature maps: pairs, negatives and divisor of the original."""
    size, count = int(case["region_size"]), len(case["features"])
    if strategy == "LR":
        pairs = np.array([[one, one ^ 1] for one in range(count)])
        negative_corners, scale = case["negative_corners"], 1.0
    else:
        pairs = np.array([[p, q] for p in range(3) for q in (p + 12, (p + 4) % 12, (p + 8) % 12)])
        negative_corners, scale = case["negative_corners"][:, :4], len(pairs) / count
    listed = np.concatenate([case["positive_corners"], negative_corners.reshape(-1, 2)])
    corners, indices = np.unique(listed, axis=0, return_inverse=True)
    anchors, negatives = indices.reshape(-1)[:13], indices.reshape(-1)[13:].reshape(13, -1)
    temperature = float(case["temperature"])

    def loss(features: Any) -> Any:
        regions = tf.reshape(cut_regions(features, corners, size), (count, len(corners), -1))
        if "projection" in case:
            regions = regions @ case["projection"]
        return scale * local_contrastive_loss(regions, pairs, anchors, negatives, temperature)

    return loss


def compare(name: str, case: Case) -> tuple[float, float, float, float]:
    """Return our value, the original's, the relative errors of value and of gradient."""
    if name.startswith("global"):
        function, at = global_loss(case), case["embeddings"]
    else:
        function, at = local_loss(case, name.split("_")[1]), case["features"]
    value, gradient = value_and_gradient(function, at)
    original = float(case["loss"])
    errors = abs(float(value) / original - 1), relative_error(gradient, case["gradient"])
    return float(value), original, *errors


def main() -> None:
    print(f"{'case':18}{'ours':>12}{'original':>12}{'value':>10}{'gradient':>10}")
    for name in (*GLOBAL, *LOCAL):
        with np.load(ORACLE / f"{name}.npz") as arrays:
            ours, original, value_error, gradient_error = compare(name, dict(arrays))
        print(f"{name:18}{ours:12.6f}{original:12.6f}{value_error:10.1e}{gradient_error:10.1e}")


if __name__ == "__main__":
    main()
