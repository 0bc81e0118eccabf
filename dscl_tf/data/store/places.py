"""Where each slice of a store lies: in which shard, and which slice of it."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class Places:
    """The places of the slices, volume by volume.

    Attributes:
        starts: (volumes + 1,) int64, the first slice of each volume in the store, and their number.
        shards: (volumes,) int64, the number of each volume's shard.
        offsets: (volumes,) int64, the first slice of each volume in its shard.
        names: the shards' names, by number.
        lengths: (shards,) int64, the number of slices of each shard.

    Two volumes, the first of which lies behind the second in their shard:

    >>> places = Places.of(np.array([3, 2]), np.array([0, 0]), np.array([2, 0]), ["a"])
    >>> places.find(np.array([0, 4]))
    (array([0, 0]), array([2, 1]))
    """

    starts: np.ndarray
    shards: np.ndarray
    offsets: np.ndarray
    names: list[str]
    lengths: np.ndarray

    @classmethod
    def of(
        cls, depths: np.ndarray, shards: np.ndarray, offsets: np.ndarray, names: list[str]
    ) -> "Places":
        """Return the places of volumes of these depths."""
        starts = np.concatenate([[0], np.cumsum(depths)]).astype(np.int64)
        lengths = np.zeros(len(names), np.int64)
        np.add.at(lengths, shards, depths)
        return cls(starts, shards, offsets, names, lengths)

    @property
    def slices(self) -> int:
        """Number of slices of the store."""
        return int(self.starts[-1])

    def find(self, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the shards (count,) and the slices in them (count,) of slices of the store."""
        volumes = np.searchsorted(self.starts, rows, side="right") - 1
        return self.shards[volumes], self.offsets[volumes] + rows - self.starts[volumes]

    def volumes_in(self, shard: int) -> np.ndarray:
        """Return the numbers of the volumes of a shard."""
        return np.flatnonzero(self.shards == shard)
