"""The slices a sampler draws from, as columns."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.data.grid import partition_of
from dscl_tf.data.store import SliceStore
from dscl_tf.data.store.volumes import extents


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
        firsts, depths = extents(store.volumes, ids)
        for depth, volume in zip(depths.tolist(), ids, strict=True):
            if depth < partitions:
                partition_of(depth, partitions, volume)  # says so
        first = np.cumsum(depths) - depths  # (volumes,)
        within = np.arange(depths.sum()) - np.repeat(first, depths)  # (slices,)
        # The first slice whose partition is p, where slice i is in i * partitions // depth.
        starts = -(-np.arange(partitions + 1) * depths[:, None] // partitions)
        return cls(
            indices=np.repeat(firsts, depths) + within,
            volumes=np.repeat(np.arange(len(depths)), depths),
            partitions=within * partitions // np.repeat(depths, depths),
            heights=(within + 0.5) / np.repeat(depths, depths),
            starts=first[:, None] + starts,
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
