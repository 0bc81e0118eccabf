"""Overlays of the best, the median and the worst volume of an evaluation."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.orientation import to_canonical
from dscl_tf.data.io.files import mask_ending, read_written_mask
from dscl_tf.data.store.slice_store import SliceStore, VolumeEntry
from dscl_tf.evaluation.metrics import ClassMetrics, VolumeRows
from dscl_tf.evaluation.originals import read_original, read_reference
from dscl_tf.evaluation.report.mistakes import MISTAKES
from dscl_tf.evaluation.report.page import CaptionedPng
from dscl_tf.evaluation.report.picture_overlay import picture_strip
from dscl_tf.evaluation.report.slice_overlay import overlay_strip, window
from dscl_tf.evaluation.summary import best_median_worst, mean_over_classes
from dscl_tf.figures import class_colours
from dscl_tf.names import path_in
from dscl_tf.text import number


def draw_examples(
    rows: VolumeRows, store: SliceStore, masks: Path, data: Data
) -> list[CaptionedPng]:
    """Draw the volumes that `best_median_worst` names, each with its two masks.

    Args:
        rows: results per volume.
        store: says where the images and the reference masks are.
        masks: the folder of the predicted masks, each named by its volume.
        data: says how the files are read.

    Raises:
        DataError: a file cannot be read.
    """
    metrics = dict(rows)
    pictures = []
    for volume, role in best_median_worst(rows).items():
        png, hidden = _overlay(store.volumes[volume], masks, data)
        pictures.append((caption(volume, role, metrics[volume], hidden), png))
    return pictures


def caption(volume: str, role: str, metrics: Sequence[ClassMetrics], hidden: float = 0.0) -> str:
    """Return what stands below a volume's overlay: its role and its Dice.

    Args:
        volume: its id.
        role: "best", "median" or "worst".
        metrics: one per class.
        hidden: the share of the predicted voxels that lies outside the picture's window.

    >>> caption("007", "best", [ClassMetrics(1, "wall", 0.9, 3.0, 1.25, 5.0, 5.0)], 0.02)
    'Best: volume 007, Dice 0.900 (wall 0.900); 2% of the predicted voxels lie outside the picture'
    """
    mean = mean_over_classes(metrics, "dice")
    classes = ", ".join(f"{row.name} {number(row.dice, 3)}" for row in metrics)
    text = f"{role.capitalize()}: volume {volume}, Dice {number(mean, 3)} ({classes})"
    if hidden:
        share = f"{hidden:.0%}" if hidden >= 0.01 else "less than 1%"
        text += f"; {share} of the predicted voxels lie outside the picture"
    return text


def colour_key(data: Data) -> dict[str, dict[str, str]]:
    """Return what overlays show: headings to names to colours.

    >>> data = Data(classes={1: "wall"}, spacing=(1, 1), grid=(32, 32))
    >>> list(colour_key(data).values())[0]
    {'wall': '#E69F00'}
    """
    colours = class_colours(data.classes)
    shown = "Classes" if data.pictures else "Classes (area: reference, line: prediction)"
    return {
        shown: {name: colours[label] for label, name in data.classes.items()},
        "Mistakes": {kind.capitalize(): colour for kind, colour in MISTAKES.items()},
    }


def _overlay(entry: VolumeEntry, masks: Path, data: Data) -> tuple[bytes, float]:
    """Return the picture, and the share of the predicted voxels that it does not show."""
    image = read_original(entry, data)
    reference = read_reference(entry, image, data)
    mask = path_in(masks, entry.id, mask_ending(data))
    prediction = read_written_mask(mask, image, data.classes)
    if data.pictures:
        picture = image.array[:, :, 0]  # (rows, columns, channels)
        png = picture_strip(picture, prediction[:, :, 0], reference[:, :, 0], data.classes)
        return png, 0.0
    shown = image.array if image.array.ndim == 3 else image.array[..., 0]  # the first channel
    png = overlay_strip(shown, prediction, reference, entry.geometry, data.classes)
    return png, _hidden(prediction, reference, entry)


def _hidden(prediction: np.ndarray, reference: np.ndarray, entry: VolumeEntry) -> float:
    orientation = entry.geometry.orientation
    turned = to_canonical(prediction, orientation)
    shown = turned[window(turned, to_canonical(reference, orientation))]
    predicted = np.count_nonzero(prediction)
    return 1 - np.count_nonzero(shown) / predicted if predicted else 0.0
