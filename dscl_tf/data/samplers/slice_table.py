"""The slices a sampler draws from, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.partitions import partition_of
from dscl_tf.data.store import SliceStore


@dataclass(frozen=True)
class SliceTable:
    """Where each slice stands: its row in the store, its volume's number, its partition."""

    rows: np.ndarray  # (slices,) int
    volumes: np.ndarray  # (slices,) int, 0, 1, ... in the order of the ids
    partitions: np.ndarray  # (slices,) int in [0, partitions)

    @classmethod
    def of(cls, store: SliceStore, ids: Sequence[str], partitions: int = 1) -> "SliceTable":
        """List the slices of the volumes `ids`, each volume cut into balanced partitions.

        Raises:
            DataError: a volume has fewer slices than partitions; the message names it.
        """
        entries = [store.volumes[volume_id] for volume_id in ids]
        return cls(
            rows=np.concatenate([np.asarray(entry.slices) for entry in entries]),
            volumes=np.repeat(np.arange(len(entries)), [entry.depth for entry in entries]),
            partitions=np.concatenate(
                [partition_of(entry.depth, partitions, entry.id) for entry in entries]
            ),
        )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def volume_count(self) -> int:
        """Number of volumes."""
        return int(self.volumes[-1]) + 1
