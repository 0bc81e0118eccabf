"""Which slices make a batch: pure functions of a random generator.

All return positions in a `SliceTable`.
"""

import numpy as np

from dscl_tf.data.samplers.slice_table import SliceTable
from dscl_tf.errors import DataError
from dscl_tf.text import counted


def draw_distinct(rng: np.random.Generator, table: SliceTable, count: int) -> np.ndarray:
    """Draw `count` different slices of any volumes, for G^R and L^R.

    Raises:
        DataError: the volumes have fewer slices than that.
    """
    if count > len(table):
        raise DataError(
            f"batch_size: needs {counted(count, 'different slice')}, the unlabelled volumes have "
            f"{len(table)}"
        )
    return rng.choice(len(table), size=count, replace=False)  # (count,)


def draw_partitioned(rng: np.random.Generator, table: SliceTable, count: int) -> np.ndarray:
    """Draw one slice per partition of different volumes, for G^D-, G^D and L^D.

    Volumes follow each other in random order; one is drawn again only after all have been drawn.
    Where `count` is no multiple of the number of partitions, the last volume gives slices of some
    of its partitions only.

    Raises:
        DataError: there are fewer than two volumes, so no positive pair across volumes.
    """
    if table.volume_count < 2:
        raise DataError("splits.unlabelled: must name two volumes or more, got 1")
    partitions = table.partition_count
    turns = -(-count // partitions)
    passes = -(-turns // table.volume_count)
    order = np.concatenate([rng.permutation(table.volume_count) for _ in range(passes)])[:turns]
    cells = [(volume, p) for volume in order for p in rng.permutation(partitions)][:count]
    starts = table.starts
    return np.array([rng.integers(starts[v, p], starts[v, p + 1]) for v, p in cells])  # (count,)


def draw_together(
    rng: np.random.Generator, table: SliceTable, count: int, per_volume: int
) -> np.ndarray:
    """Draw `count` slices, different ones of each volume, for L^R with moved views.

    Volumes follow each other in random order and each gives `per_volume` slices, or all that it
    has; one is drawn again only after all have been drawn.
    """
    drawn: list[np.ndarray] = []
    while sum(map(len, drawn)) < count:
        for volume in rng.permutation(table.volume_count):
            slices = np.flatnonzero(table.volumes == volume)
            drawn.append(rng.choice(slices, min(per_volume, len(slices)), replace=False))
    return np.concatenate(drawn)[:count]  # (count,)


def draw_in_turn(rng: np.random.Generator, table: SliceTable, count: int) -> np.ndarray:
    """Draw `count` slices for fine-tuning; none is drawn more than once more often than another."""
    passes, rest = divmod(count, len(table))
    whole = [rng.permutation(len(table)) for _ in range(passes)]
    return np.concatenate([*whole, rng.choice(len(table), rest, replace=False)])  # (count,)
