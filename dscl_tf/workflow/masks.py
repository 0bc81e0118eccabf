"""Masks of the volumes that have none: what a user with a few labels is after."""

import logging
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.data.io.files import mask_ending
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.masks import write_prediction
from dscl_tf.evaluation.originals import read_unchanged_image
from dscl_tf.evaluation.predict import Network, predict_volume
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

    Each file appears whole, on its volume's own grid; so an interrupted call goes on where it was.

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
    data, cleaning = run.config.data, Cleaning.of([run])
    tell(logger, "masks", Progress("masks", 0, len(ids), "volumes"), TICK)
    for number, id in enumerate(ids, start=1):
        path = path_in(folder, id, mask_ending(data))
        if not path.exists():
            entry = store.volumes[id]
            image = read_unchanged_image(entry, data)
            slices = np.asarray(store.images[entry.slices.start : entry.slices.stop])
            mask, _ = predict_volume([network], slices, entry.geometry)  # (X, Y, Z)
            write_prediction(path, cleaning.clean(mask, image.spacing) if cleaning else mask, image)
        tell(
            logger, f"{path} ({number}/{len(ids)})", Progress("masks", number, len(ids), "volumes")
        )
