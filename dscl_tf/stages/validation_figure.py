"""Slices of validation volumes with the reference and the prediction, for TensorBoard."""

from collections.abc import Sequence

import keras
import numpy as np
from matplotlib.axes import Axes

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.report.slice_overlay import pick_slices
from dscl_tf.figures import PALETTE, to_png
from dscl_tf.health.figures.canvas import image_grid, show_image
from dscl_tf.stages.validation import predict_on_grid

MOST = 2  # volumes


def validation_figures(
    network: keras.Model, store: SliceStore, ids: Sequence[str]
) -> dict[str, bytes]:
    """Return a PNG for each of the first validation volumes, by "validation/ID".

    Of up to four slices on the training grid: above the reference, below the prediction, a line
    around each class.
    """
    return {
        f"validation/{id}": _figure(store, id, prediction, reference)
        for id, prediction, reference in predict_on_grid(network, store, ids[:MOST])
    }


def _figure(store: SliceStore, id: str, prediction: np.ndarray, reference: np.ndarray) -> bytes:
    """Draw labels (depth, H, W) on the slices of a volume."""
    shown = pick_slices(np.moveaxis(reference, 0, -1))
    first = store.volumes[id].first_slice
    figure, axes = image_grid(2, len(shown), *reference.shape[1:])
    for column, index in enumerate(shown):
        image = np.asarray(store.images[first + index]).mean(axis=-1)  # (H, W)
        for row, labels in enumerate((reference, prediction)):
            show_image(axes[row, column], image, image)
            _outline(axes[row, column], labels[index])
        axes[0, column].set_title(f"slice {index}", fontsize=8)
    axes[0, 0].set_ylabel("reference", fontsize=8)
    axes[1, 0].set_ylabel("prediction", fontsize=8)
    return to_png(figure)


def _outline(ax: Axes, labels: np.ndarray) -> None:
    """Draw a line around each class of (H, W) class numbers."""
    for label in np.unique(labels[labels > 0]):
        colour = PALETTE[(int(label) - 1) % len(PALETTE)]
        ax.contour(labels == label, levels=[0.5], colors=[colour], linewidths=1)
