"""The slice store: preprocessed slices of many volumes, memory-mapped, with an index.

images-SHARD.npy   (slices, rows, columns, channels) float32 or float16, of whole volumes
masks-SHARD.npy    (slices, rows, columns) uint8; zeros where a volume has no mask
index.json         format number, version, data settings, skipped volumes, what the data set's
                   folder holds, and which columns are the index's
index-DIGEST.npz   the columns: per volume its shard and its place there, its geometry, its files
                   and their SHA-256, its labelled voxels, the checksum of its slices

Shards never change. The index names them, so that replacing `index.json` replaces the store.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import ImageKind, kind_of
from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.index import Index, read_index, settings_of
from dscl_tf.data.store.lease import Lease
from dscl_tf.data.store.shard_files import (
    MASKS,
    array_paths,
    array_shapes,
    broken_shards,
    stored_dtype,
)
from dscl_tf.data.store.sharded_array import MOST_MAPPED, ShardedArray
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors


@dataclass(frozen=True, eq=False)
class SliceStore:
    """An open slice store; the arrays are read-only and lie on the disk.

    Attributes:
        directory: the store's directory.
        images: (slices, rows, columns, channels) float32.
        masks: (slices, rows, columns) uint8.
        volumes: by id, in the order of their slices.
        settings: the data settings that it was prepared with.
        skipped: per volume that broke a rule and was left out, the error's message.
        version: a digest of the settings and the volumes' files.
        supply: what the data set's folder held; None where it is not known.

    >>> import tempfile
    >>> from dscl_tf.data.store import phantom_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     made = phantom_store(folder, patients=2)
    ...     store = SliceStore.open(made.directory)
    ...     store.images.shape, store.volumes["002"].slices, store.settings["spacing"]
    ((25, 64, 64, 1), range(14, 25), [2.8, 2.8])
    """

    directory: Path
    images: np.ndarray | ShardedArray
    masks: np.ndarray | ShardedArray
    volumes: Mapping[str, VolumeEntry]
    settings: dict[str, Any]
    skipped: dict[str, str]
    version: str
    supply: Supply | None = None

    @classmethod
    def open(cls, directory: str | Path) -> "SliceStore":
        """Open a store that `write_store` wrote.

        As long as it is open, no update of the store removes files that it needs.

        Raises:
            OutdatedStoreError: a version of the package wrote it whose stores are not read any
                more.
            DataError: the directory or one of its files is missing or damaged, the format is
                unknown, or the shards do not fit the index.
        """
        directory = Path(directory)
        index, lease = leased_index(directory)
        broken = broken_shards(directory, index.places, index.settings, index.volumes.ids)
        if broken:
            more = f" (and {len(broken) - 1} more shards)" if len(broken) > 1 else ""
            raise DataError(
                f"{next(iter(broken.values()))}{more}; dscl-tf data prepare makes it again"
            )
        store = cls.of(directory, index, lease)
        if len(index.places.names) <= MOST_MAPPED:
            for shard in range(len(index.places.names)):  # what can be checked now is checked
                for array in (store.images, store.masks):
                    array.mapped(shard)  # type: ignore[union-attr]
        return store

    @classmethod
    def of(cls, directory: Path, index: Index, lease: Lease) -> "SliceStore":
        """Return the store of an index, whose shards may be missing."""
        images_shape, masks_shape = array_shapes(index.places.slices, index.settings)
        images_path, masks_path = (partial(_path, directory, which) for which in (0, 1))
        dtype, places = stored_dtype(index.settings), index.places
        return cls(
            directory,
            ShardedArray(places, images_path, images_shape[1:], dtype, np.float32, lease),
            ShardedArray(places, masks_path, masks_shape[1:], MASKS, MASKS, lease),
            index.volumes,
            index.settings,
            index.skipped,
            index.version,
            index.supply,
        )

    @property
    def kind(self) -> ImageKind:
        """The kind of images it holds; a picture is a volume of one slice."""
        return kind_of(Data.model_validate(self.settings))

    def check_settings(self, data: Data) -> None:
        """Check that the store was prepared as `data` says.

        Raises:
            DataError: the message lists each setting that differs.
        """
        if differing := self.differing_settings(data):
            raise DataError(f"{self.directory}: prepared otherwise: {'; '.join(differing)}")

    def differing_settings(self, data: Data) -> list[str]:
        """Return a phrase for each setting of the store that is not as `data` says."""
        wanted = settings_of(data)
        # Fields that either leaves out have their defaults.
        defaults = {name: Data.model_fields[name].default for name in Data.later}
        stored, wanted = {**defaults, **self.settings}, {**defaults, **wanted}
        return [
            f"data.{name} is {stored.get(name)} in the store and {value} in the configuration"
            for name, value in wanted.items()
            if stored.get(name) != value
        ]


def leased_index(directory: Path) -> tuple[Index, Lease]:
    """Read the index of the store in `directory`, whose files stay while the lease is held.

    Raises:
        DataError: as `SliceStore.open` says of the index.
    """
    with report_read_errors(directory):
        there = directory.is_dir()
    if not there:
        raise DataError(f"{directory}: must be a slice store, got no such directory")
    with report_read_errors(directory):
        lease = Lease(directory)
    return read_index(directory), lease


def _path(directory: Path, which: int, shard: str) -> Path:
    return array_paths(directory, shard)[which]
