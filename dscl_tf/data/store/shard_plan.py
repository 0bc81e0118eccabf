"""Which volumes share a shard: a function of the set of volumes, whatever came first.

The keys of the volumes, read bit by bit, are the leaves of a binary tree. Where all volumes below
a node fit into one shard, they are one; else the node is split by the next bit. So a volume that
comes or goes changes only its own shard, which is split or joined where it must be, and a store
that was brought up to date is the same, byte by byte, as one that was made at once.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

SHARD_BYTES = 2**28  # at most, unless a single volume has more
KEY_BITS = 128


@dataclass(frozen=True)
class PlannedVolume:
    """A volume to place.

    Attributes:
        key: its `volume_key`.
        id: its id.
        slices: their number.
    """

    key: str
    id: str
    slices: int


@dataclass(frozen=True)
class PlannedShard:
    """A shard and its volumes, in the order of their slices in it.

    Attributes:
        name: a digest of the volumes' keys.
        volumes: sorted by key.
    """

    name: str
    volumes: tuple[PlannedVolume, ...]

    @property
    def slices(self) -> int:
        """Number of slices."""
        return sum(volume.slices for volume in self.volumes)


def plan_shards(
    volumes: Sequence[PlannedVolume], slice_bytes: int, most: int = SHARD_BYTES
) -> list[PlannedShard]:
    """Return the shards of a set of volumes.

    Args:
        volumes: in any order; their keys differ.
        slice_bytes: size of a slice and its mask.
        most: bytes of a shard, unless a single volume has more.

    >>> volumes = [PlannedVolume(key * 32, key, slices=10) for key in "f09"]
    >>> [[one.id for one in shard.volumes] for shard in plan_shards(volumes, 1, most=20)]
    [['0'], ['9', 'f']]
    """
    ordered = sorted(volumes, key=lambda volume: volume.key)
    keys = [int(volume.key, 16) for volume in ordered]
    sizes = list(accumulate((v.slices * slice_bytes for v in ordered), initial=0))

    def leaves(first: int, stop: int, bit: int, low: int) -> Iterator[tuple[int, int]]:
        """Yield the ranges of the leaves below a node, whose keys are at least `low`."""
        if first == stop:
            return
        if stop - first == 1 or sizes[stop] - sizes[first] <= most:
            yield first, stop
            return
        middle = low + (1 << (KEY_BITS - 1 - bit))
        split = bisect_left(keys, middle, first, stop)
        yield from leaves(first, split, bit + 1, low)
        yield from leaves(split, stop, bit + 1, middle)

    return [_shard(ordered[first:stop]) for first, stop in leaves(0, len(ordered), 0, 0)]


def _shard(volumes: Sequence[PlannedVolume]) -> PlannedShard:
    keys = "\n".join(volume.key for volume in volumes)
    return PlannedShard(hashlib.sha256(keys.encode()).hexdigest()[:32], tuple(volumes))
