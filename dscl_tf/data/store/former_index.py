"""The index of a store of format 2: all volumes in one JSON file, all slices in one array."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dscl_tf.data.store.index_file import FormerIndexFields
from dscl_tf.data.store.places import Places
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.volumes import Volumes
from dscl_tf.errors import DataError
from dscl_tf.names import check_name

FORMER_FORMAT = 2


def former_volumes(index: FormerIndexFields, path: Path) -> tuple[Volumes, Places]:
    """Return the volumes of an index of format 2, and where their slices lie.

    Its one shard has the name of the store's version.

    Args:
        index: what the file holds.
        path: of the index, for messages.

    Raises:
        DataError: the volumes' slices do not follow each other.
    """
    entries = index.volumes
    for entry in entries:
        check_name(entry.id, path)
    _check_slices(entries, path)
    depths = np.array([entry.depth for entry in entries], np.int64)
    starts = np.cumsum(depths) - depths
    places = Places.of(depths, np.zeros(len(entries), np.int64), starts, [index.version])
    return Volumes.of(entries), places


def _check_slices(entries: Sequence[VolumeEntry], path: Path) -> None:
    """Check that the volumes' slices follow each other without a gap."""
    first = 0
    for entry in entries:
        if entry.first_slice != first or entry.depth != entry.geometry.depth:
            raise DataError(
                f"{path}: the slices of volume {entry.id} must start at {first}, got {entry.slices}"
            )
        first = entry.slices.stop
