"""Masks of the volumes that have none: what a user with a few labels is after."""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.files import mask_ending
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.masks import write_prediction
from dscl_tf.evaluation.originals import read_unchanged_image
from dscl_tf.evaluation.overlap import overlapped
from dscl_tf.evaluation.predict import Network, average_views, to_native_mask
from dscl_tf.evaluation.views import PLAIN
from dscl_tf.names import path_in
from dscl_tf.progress import TICK, Progress, tell
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


def unlabelled_ids(store: SliceStore) -> list[str]:
    """Return the ids of the volumes of a store that have no mask."""
    return [id for id, entry in store.volumes.items() if not entry.labelled]


def write_masks(
    run: Run, network: Network, store: SliceStore, ids: Sequence[str], folder: Path
) -> None:
    """Write ID.nii.gz (ID.png of pictures) of class numbers for each volume that lacks it.

    While the network works on a volume, the next is read and the last is written. Each file appears
    whole, on its volume's own grid; so an interrupted call goes on where it was.

    Args:
        run: the fine-tuning run; its rules for components are applied.
        network: the run's.
        store: holds the volumes, prepared as the run's configuration says.
        ids: the volumes.
        folder: for the masks.

    Raises:
        DataError: a volume cannot be read, or changed since the store was made; or a file cannot be
            written.
    """
    steps = _Steps(run.config.data, Cleaning.of([run]), network, store)
    paths = {id: path_in(folder, id, mask_ending(run.config.data)) for id in ids}
    there = {id for id, path in paths.items() if path.exists()}
    todo = [(id, path) for id, path in paths.items() if id not in there]
    results = overlapped(todo, steps.read, steps.compute, steps.finish)
    tell(logger, "masks", _progress(0, len(ids)), TICK)
    with contextlib.closing(results):
        for number, id in enumerate(ids, start=1):
            if id not in there:
                next(results)
            tell(logger, f"{paths[id]} ({number}/{len(ids)})", _progress(number, len(ids)))


def _progress(done: int, count: int) -> Progress:
    return Progress("masks", done, count, "volumes")


Item = tuple[str, Path]


@dataclass(frozen=True, eq=False)
class _Steps:
    """Read a volume's file, ask the network about its slices, and write the mask."""

    data: Data
    cleaning: Cleaning | None
    network: Network
    store: SliceStore

    def read(self, item: Item) -> Volume:
        """Return the image as it stands in its file."""
        return read_unchanged_image(self.store.volumes[item[0]], self.data)

    def compute(self, item: Item, image: Volume) -> tuple[Volume, np.ndarray]:
        """Return the image, and class probabilities (slices, H, W, classes)."""
        places = self.store.volumes[item[0]].slices
        slices = np.asarray(self.store.images[places.start : places.stop])
        return image, average_views([self.network], slices, PLAIN)

    def finish(self, item: Item, computed: tuple[Volume, np.ndarray]) -> None:
        """Write the mask on the grid of the file."""
        (id, path), (image, probabilities) = item, computed
        mask, _ = to_native_mask(probabilities, self.store.volumes[id].geometry)  # (X, Y, Z)
        mask = self.cleaning.clean(mask, image.spacing) if self.cleaning else mask
        write_prediction(path, mask, image)
