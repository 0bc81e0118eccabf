"""Overlays of the best, the median and the worst volume of an evaluation."""

from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.files import mask_ending, read_written_mask
from dscl_tf.data.store.slice_store import SliceStore, VolumeEntry
from dscl_tf.evaluation.metrics import VolumeRows
from dscl_tf.evaluation.originals import read_original, read_reference
from dscl_tf.evaluation.report.page import CaptionedPng
from dscl_tf.evaluation.report.picture_overlay import picture_strip
from dscl_tf.evaluation.report.slice_overlay import overlay_strip
from dscl_tf.evaluation.summary import best_median_worst
from dscl_tf.names import path_in


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
    return [
        (f"{role}: volume {volume}", _overlay(store.volumes[volume], masks, data))
        for volume, role in best_median_worst(rows).items()
    ]


def _overlay(entry: VolumeEntry, masks: Path, data: Data) -> bytes:
    image = read_original(entry, data)
    reference = read_reference(entry, image, data)
    mask = path_in(masks, entry.id, mask_ending(data))
    prediction = read_written_mask(mask, image, data.classes)
    if data.pictures:
        picture = image.array[:, :, 0]  # (rows, columns, channels)
        return picture_strip(picture, prediction[:, :, 0], reference[:, :, 0], data.classes)
    shown = image.array if image.array.ndim == 3 else image.array[..., 0]  # the first channel
    return overlay_strip(shown, prediction, reference, entry.geometry, data.classes)
