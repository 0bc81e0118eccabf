"""The slice store: preprocessed slices of many volumes, memory-mapped, with an index.

images-VERSION.npy  (slices, rows, columns, channels) float32
masks-VERSION.npy   (slices, rows, columns) uint8; zeros where a volume has no mask
index.json          format number, version of the arrays, data settings, skipped volumes, what
                    the data set's folder holds, and per volume where its slices are, its
                    geometry, its files and their SHA-256, and its labelled voxels

The index names its arrays, so that replacing this one file replaces the store.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import ImageKind, kind_of
from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.files import array_paths, array_shapes
from dscl_tf.data.store.index import read_index, settings_of
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors
from dscl_tf.readers.npz_file import map_npy


@dataclass(frozen=True, eq=False)
class SliceStore:
    """An open slice store; the arrays are read-only memory maps.

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
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> from dscl_tf.data.store import prepare
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_phantom(folder, patients=2)
    ...     _ = prepare(load_config("phantom"), Path(folder), Path(folder, "store"))
    ...     store = SliceStore.open(Path(folder, "store"))
    ...     store.images.shape, store.volumes["002"].slices, store.settings["spacing"]
    ((25, 64, 64, 1), range(14, 25), [2.8, 2.8])
    """

    directory: Path
    images: np.ndarray
    masks: np.ndarray
    volumes: dict[str, VolumeEntry]
    settings: dict[str, Any]
    skipped: dict[str, str]
    version: str
    supply: Supply | None = None

    @classmethod
    def open(cls, directory: str | Path) -> "SliceStore":
        """Open a store that `write_store` wrote.

        Raises:
            OutdatedStoreError: an earlier version of the package wrote the store.
            DataError: the directory or one of its files is missing or damaged, the format is
                unknown, or the arrays do not fit the index.
        """
        directory = Path(directory)
        with report_read_errors(directory):
            there = directory.is_dir()
        if not there:
            raise DataError(f"{directory}: must be a slice store, got no such directory")
        index = read_index(directory)
        slices = sum(entry.depth for entry in index.volumes.values())
        images_path, masks_path = array_paths(directory, index.version)
        images_shape, masks_shape = array_shapes(slices, index.settings)
        images = map_npy(images_path, images_shape, np.float32)
        masks = map_npy(masks_path, masks_shape, np.uint8)
        return cls(
            directory,
            images,
            masks,
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
