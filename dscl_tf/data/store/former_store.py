"""The store before an update: what of it can be kept."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from dscl_tf.data.store.former_index import FORMER_FORMAT
from dscl_tf.data.store.index import Index
from dscl_tf.data.store.lease import Lease
from dscl_tf.data.store.shard_files import array_paths, broken_shards
from dscl_tf.data.store.slice_store import SliceStore, leased_index
from dscl_tf.data.store.stored import is_damaged, stored_slices
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.text import named

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class FormerStore:
    """A store that is brought up to date.

    Attributes:
        directory: where it is.
        index: what it says of itself.
        store: the store; its broken shards cannot be read.
        lease: keeps other updates from removing files.
        broken: the numbers of its shards that are missing, cut or damaged.
        lost: the ids of the volumes whose slices cannot be kept.
    """

    directory: Path
    index: Index
    store: SliceStore
    lease: Lease
    broken: set[int] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, directory: Path, *, verify: bool = False) -> "FormerStore":
        """Open a store and log which of its shards are broken.

        Args:
            directory: the store.
            verify: also read all slices, and compare them with their checksums.

        Raises:
            DataError: its index is missing or damaged.
        """
        index, lease = leased_index(directory)
        former = cls(directory, index, SliceStore.of(directory, index, lease), lease)
        found = broken_shards(directory, index.places, index.settings, index.volumes.ids)
        for shard, problem in found.items():
            logger.warning(f"{problem}, prepared again")
            former.broken.add(shard)
            former.lost.update(former.ids_in(shard))
        if verify:
            former._verify()
        return former

    def ids_in(self, shard: int) -> list[str]:
        """Return the ids of the volumes of a shard."""
        ids = self.index.volumes.ids
        return [ids[number] for number in self.index.places.volumes_in(shard)]

    def _verify(self) -> None:
        """Compare the slices of each shard with their checksums."""
        names, volumes = self.index.places.names, self.index.volumes
        logger.info(f"{self.directory}: reading {len(names)} shards to verify them")
        for shard, name in enumerate(names):
            if shard in self.broken:
                continue
            ids = self.ids_in(shard)
            try:
                damaged = [id for id in ids if is_damaged(self.store, volumes[id])]
            except DataError:
                damaged = ids
            if damaged:
                path, _ = array_paths(self.directory, name)
                words = f"volume{'s' if len(damaged) > 1 else ''} {named(damaged)}"
                logger.warning(f"{path}: is damaged in {words}, prepared again")
                self.broken.add(shard)
                self.lost.update(damaged)

    def kept(self, id: str) -> VolumeEntry | None:
        """Return the entry of a volume whose slices are there; None where there is none."""
        return None if id in self.lost else self.index.volumes.get(id)

    def arrays(self, id: str) -> tuple[np.ndarray, np.ndarray]:
        """Return the images and masks of a volume as they are stored.

        Raises:
            DataError: the shard's header is damaged.
        """
        return stored_slices(self.store, self.index.volumes[id])

    @property
    def is_of_former_format(self) -> bool:
        """Whether its slices are written anew, as shards."""
        return self.index.format == FORMER_FORMAT
