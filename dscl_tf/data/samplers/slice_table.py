"""The slices a sampler draws from, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.grid import partition_of
from dscl_tf.data.store import SliceStore


@dataclass(frozen=True)
class SliceTable:
    """The slices of some volumes, one position for each.

    Attributes:
        indices: (slices,) int, the index of each slice in the store's arrays.
        volumes: (slices,) int, the number of its volume: 0, 1, ... in the order of the ids.
        partitions: (slices,) int in [0, partitions), its partition.
        starts: (volumes, partitions + 1) int, the positions at which each volume's partitions
            start, and at which the last one ends.
        heights: (slices,) float, where the middle of each slice lies along its volume, in (0, 1).
    """

    indices: np.ndarray
    volumes: np.ndarray
    partitions: np.ndarray
    starts: np.ndarray
    heights: np.ndarray

    @classmethod
    def of(cls, store: SliceStore, ids: Sequence[str], partitions: int = 1) -> "SliceTable":
        """List the slices of the volumes `ids`, each volume cut into balanced partitions.

        Raises:
            DataError: a volume has fewer slices than partitions; the message names it.
        """
        entries = [store.volumes[volume_id] for volume_id in ids]
        depths = [entry.depth for entry in entries]
        parts = [partition_of(entry.depth, partitions, entry.id) for entry in entries]
        first = np.cumsum([0, *depths[:-1]])[:, None]  # (volumes, 1)
        return cls(
            indices=np.concatenate(
                [np.arange(e.first_slice, e.first_slice + e.depth) for e in entries]
            ),
            volumes=np.repeat(np.arange(len(entries)), depths),
            partitions=np.concatenate(parts),
            heights=np.concatenate([(np.arange(depth) + 0.5) / depth for depth in depths]),
            starts=first + [np.searchsorted(part, np.arange(partitions + 1)) for part in parts],
        )

    def __len__(self) -> int:
        return len(self.indices)

    @property
    def volume_count(self) -> int:
        """Number of volumes."""
        return len(self.starts)

    @property
    def partition_count(self) -> int:
        """Number of partitions of each volume."""
        return self.starts.shape[1] - 1
