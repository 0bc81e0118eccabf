"""Volumes of a store predicted on their own grids and compared with their masks."""

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.notes import gathered_notes, note
from dscl_tf.data.store.slice_store import SliceStore, VolumeEntry
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.metrics import ClassMetrics, volume_metrics
from dscl_tf.evaluation.originals import read_reference, read_unchanged_image
from dscl_tf.evaluation.overlap import overlapped
from dscl_tf.evaluation.predict import Network, average_views, to_native_mask
from dscl_tf.evaluation.uncertainty import normalised_entropy, right_and_wrong
from dscl_tf.evaluation.views import PLAIN, Views


@dataclass(frozen=True, eq=False)
class MeasuredVolume:
    """A volume with its prediction and how good that is.

    Attributes:
        id: of the volume.
        image: as it stands in its file.
        prediction: (X, Y, Z) uint8 class numbers on the image's grid.
        metrics: one per class.
        uncertainty: (X, Y, Z) float32 in [0, 1], the `normalised_entropy`; None if not asked for.
        mean_uncertainty: its means where the prediction is right and where it is wrong, as
            `right_and_wrong` gives them; None likewise.

    Example:
        >>> from pathlib import Path
        >>> image = Volume(np.ones((4, 4, 2)), np.eye(4), (1, 1, 1), Path("001.nii.gz"))
        >>> mask = np.ones((4, 4, 2), np.uint8)
        >>> metrics = volume_metrics(mask, mask, image.spacing, {1: "heart"})
        >>> MeasuredVolume("001", image, mask, metrics).metrics[0].dice
        1.0
    """

    id: str
    image: Volume
    prediction: np.ndarray
    metrics: list[ClassMetrics]
    uncertainty: np.ndarray | None = None
    mean_uncertainty: dict[str, float] | None = None


def measure_volumes(
    networks: Sequence[Network],
    ids: Iterable[str],
    store: SliceStore,
    data: Data,
    views: Views = PLAIN,
    *,
    uncertainty: bool = False,
    cleaning: Cleaning | None = None,
    keep: Callable[[MeasuredVolume], None] = lambda volume: None,
    jobs: int = 1,
) -> Iterator[MeasuredVolume]:
    """Predict labelled volumes and measure the predictions.

    The next are read and the last measured meanwhile; `2 * jobs + 1` volumes at most are in memory.

    Args:
        networks: whose class probabilities are averaged; as in `predict_slices`.
        ids: the volumes.
        store: holds them, prepared as `data` says.
        data: how slices were made, and how the volumes' own files are read.
        views: the views of each slice to average.
        uncertainty: also compute the map of uncertainty, and its means.
        cleaning: removes components from the predictions before they are measured.
        keep: is called with each volume in another thread, such as to write it.
        jobs: how many volumes are read at a time, and how many measured.

    Yields:
        the volumes in the order of `ids`.

    Raises:
        DataError: a volume or its mask cannot be read, or changed since the store was made.

    Example::

        run = Run.open("runs/mine")
        store = open_store(run.config, Path("prepared/acdc"))
        networks, config = [load_network(run)], run.config
        for volume in measure_volumes(networks, config.splits.test, store, config.data):
            print(volume.id, volume.metrics[0].dice)
    """

    def compute(volume: str, loaded: tuple[Volume, np.ndarray]) -> tuple[Volume, np.ndarray]:
        return loaded[0], average_views(networks, loaded[1], views)

    def finish(
        volume: str, computed: tuple[Volume, np.ndarray]
    ) -> tuple[MeasuredVolume, list[str]]:
        with gathered_notes() as notes:
            measured = _measured(*computed, store.volumes[volume], data, uncertainty, cleaning)
        keep(measured)
        return measured, notes

    read = functools.partial(_read, store, data)
    for measured, notes in overlapped(ids, read, compute, finish, jobs):
        for remark in notes:
            note(remark)
        yield measured
        del measured


def _read(store: SliceStore, data: Data, volume: str) -> tuple[Volume, np.ndarray]:
    """Return the image of a volume, and its slices (depth, H, W, channels)."""
    entry = store.volumes[volume]
    image = read_unchanged_image(entry, data)
    first, depth = entry.first_slice, entry.depth
    return image, np.asarray(store.images[first : first + depth])


def _measured(
    image: Volume,
    averaged: np.ndarray,
    entry: VolumeEntry,
    data: Data,
    uncertainty: bool,
    cleaning: Cleaning | None,
) -> MeasuredVolume:
    prediction, probabilities = to_native_mask(averaged, entry.geometry)
    if cleaning:
        prediction = cleaning.clean(prediction, image.spacing)
    reference = read_reference(entry, image, data)
    metrics = _compare(prediction, reference, image, data)
    if not uncertainty:
        return MeasuredVolume(entry.id, image, prediction, metrics)
    doubt = normalised_entropy(probabilities)
    means = right_and_wrong(doubt, prediction, reference)
    return MeasuredVolume(entry.id, image, prediction, metrics, doubt, means)


def _compare(
    prediction: np.ndarray, reference: np.ndarray, image: Volume, data: Data
) -> list[ClassMetrics]:
    if data.pictures:  # (rows, columns): of a slab the surface would be the whole of it
        flat = prediction[..., 0], reference[..., 0]
        return volume_metrics(*flat, image.spacing[:2], data.classes)
    return volume_metrics(prediction, reference, image.spacing, data.classes)
