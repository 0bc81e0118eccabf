"""The validation of fine-tuning: Dice per class on the training grid, and rules for components."""

from collections.abc import Iterator, Sequence

import keras
import numpy as np

from dscl_tf.config.components import Components
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.components import Rule, choose_rules
from dscl_tf.evaluation.metrics import dice
from dscl_tf.evaluation.predict import predict_slices

Predicted = tuple[str, np.ndarray, np.ndarray]
"""A volume's id, its predicted and its given class numbers, both (depth, H, W)."""


def predict_on_grid(
    network: keras.Model, store: SliceStore, ids: Sequence[str]
) -> Iterator[Predicted]:
    """Yield the volumes as `network` labels them on the training grid."""
    for volume_id in ids:
        slices = store.volumes[volume_id].slices
        images = np.asarray(store.images[slices.start : slices.stop])  # (depth, H, W, channels)
        reference = np.asarray(store.masks[slices.start : slices.stop])  # (depth, H, W)
        yield volume_id, predict_slices(network, images).argmax(axis=-1), reference


def validation_scores(
    network: keras.Model, store: SliceStore, ids: Sequence[str]
) -> dict[str, float | None]:
    """Return the Dice on the training grid, as columns of metrics.csv.

    A class that a volume lacks and the prediction lacks too is left out of all means.

    Args:
        network: images (slices, H, W, channels) -> logits (slices, H, W, classes).
        store: holds the volumes.
        ids: the volumes.

    Returns:
        "validation_dice", the mean over classes and volumes, and "validation_dice_LABEL" of each
        class, the mean over volumes; None for a class that is nowhere.
    """
    labels = range(1, network.output_shape[-1])
    scores = np.array(
        [
            [dice(prediction == label, reference == label) for label in labels]
            for _, prediction, reference in predict_on_grid(network, store, ids)
        ]
    )  # (volumes, classes)
    of_classes = {
        f"validation_dice_{label}": float(np.nanmean(column)) if np.isfinite(column).any() else None
        for label, column in zip(labels, scores.T, strict=True)
    }
    return {"validation_dice": float(np.nanmean(scores)), **of_classes}


def choose_components(
    network: keras.Model, store: SliceStore, ids: Sequence[str], settings: Components
) -> dict[int, Rule]:
    """Return the rule for each class that is best on the volumes `ids`, on the training grid."""
    volumes = []
    for volume_id, prediction, reference in predict_on_grid(network, store, ids):
        geometry = store.volumes[volume_id].geometry
        spacing = (geometry.slice_spacing, *geometry.grid_spacing)  # of (depth, H, W)
        volumes.append((prediction, reference, spacing))
    return choose_rules(volumes, range(1, network.output_shape[-1]), settings)
