"""Which rows of a batch the local loss matches: lists of (anchor row, positive row).

A batch holds `count` slices and then their second views: row i + count is a view of row i.
"""

import numpy as np

from dscl_tf.errors import DataError


def across_views(count: int) -> np.ndarray:
    """Return the pairs of L^R, (2 count, 2): each row with the other view of its slice."""
    rows = np.arange(2 * count)
    return np.stack([rows, np.roll(rows, count)], axis=1)


def across_volumes(volumes: np.ndarray, partitions: np.ndarray) -> np.ndarray:
    """Return the pairs of L^D: each row with its other view and with rows of other volumes.

    The slices of a partition form a ring. Each is matched, within the first views and within the
    second, with the next of another volume, and that one with it: all pairs that the authors' code
    lists for its three volumes, in both directions. Matching all volumes instead would make the
    number of pairs, and so the memory of the loss, grow with the square of the volumes.

    Args:
        volumes: (count,) the volume of each slice.
        partitions: (count,) its partition.

    Returns:
        (6 count, 2): 2 count pairs of views, 2 count ring pairs, and these reversed. Where a
        partition has two slices, next and previous are one, and that pair is listed twice.

    Raises:
        DataError: a partition has slices of one volume only.
    """
    count = len(volumes)
    onward = np.stack([np.arange(count), next_of_another_volume(volumes, partitions, 1)], axis=1)
    onward = np.concatenate([onward, onward + count])  # (2 count, 2), a ring for each view
    return np.concatenate([across_views(count), onward, onward[:, ::-1]])


def across_volumes_one_way(volumes: np.ndarray, partitions: np.ndarray) -> np.ndarray:
    """Return the pairs of L^D in the authors' code, (3 count, 2), with first views as anchors.

    Each is matched with its second view and with the first views of the next two slices of other
    volumes in its partition's ring. Arguments and errors are those of `across_volumes`.
    """
    count = len(volumes)
    rows = np.arange(count)
    others = [next_of_another_volume(volumes, partitions, step) for step in (1, 2)]
    return np.concatenate([np.stack([rows, to], axis=1) for to in (rows + count, *others)])


def next_of_another_volume(
    volumes: np.ndarray, partitions: np.ndarray, step: int = 1
) -> np.ndarray:
    """Return for each slice the `step`-th one of its partition that is of another volume.

    Slices of a partition are counted in their order, round a ring that leaves out those of the
    slice's own volume.

    Raises:
        DataError: a partition has slices of one volume only.
    """
    found = np.empty(len(volumes), int)
    for row, (volume, partition) in enumerate(zip(volumes, partitions, strict=True)):
        others = np.flatnonzero((partitions == partition) & (volumes != volume))
        if not len(others):
            raise DataError(f"batch: partition {partition} must have two volumes or more, got 1")
        found[row] = others[(np.searchsorted(others, row) + step - 1) % len(others)]
    return found
