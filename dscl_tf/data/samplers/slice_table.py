"""The slices a sampler draws from, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.grid.partitions import partition_of
from dscl_tf.data.store.slice_store import SliceStore


@dataclass(frozen=True)
class SliceTable:
    """Where each slice stands: its row in the store, its volume's number, its partition."""

    rows: np.ndarray  # (slices,) int
    volumes: np.ndarray  # (slices,) int, 0, 1, ... in the order of the ids
    partitions: np.ndarray  # (slices,) int in [0, partitions)
    starts: np.ndarray  # (volumes, partitions + 1) int, where each partition's slices start and end

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
            rows=np.concatenate(
                [np.arange(e.first_slice, e.first_slice + e.depth) for e in entries]
            ),
            volumes=np.repeat(np.arange(len(entries)), depths),
            partitions=np.concatenate(parts),
            starts=first + [np.searchsorted(part, np.arange(partitions + 1)) for part in parts],
        )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def volume_count(self) -> int:
        """Number of volumes."""
        return len(self.starts)

    @property
    def partition_count(self) -> int:
        """Number of partitions of each volume."""
        return self.starts.shape[1] - 1
