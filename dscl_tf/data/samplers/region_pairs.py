"""Which images of a batch the local loss matches: lists of pairs (anchor, positive).

A batch holds the first views of `count` slices and then their second views: images i and i + count
show the same slice. Pairs are positions in the batch.
"""

import numpy as np

from dscl_tf.errors import DataError


def across_views(count: int) -> np.ndarray:
    """Return the pairs of L^R, (2 count, 2): each image with the other view of its slice.

    >>> across_views(2).tolist()
    [[0, 2], [1, 3], [2, 0], [3, 1]]
    """
    images = np.arange(2 * count)
    return np.stack([images, np.roll(images, count)], axis=1)


def across_volumes(volumes: np.ndarray, partitions: np.ndarray) -> np.ndarray:
    """Return the pairs of L^D: each image with its other view and with images of other volumes.

    The slices of a partition form a ring. Each is matched with the next one that is of another
    volume, in both directions, among the first views and among the second views. For three volumes
    these are the pairs that the authors' code lists, in both directions. Matching all volumes with
    each other would make the number of pairs, and with it the memory of the loss, grow with the
    square of the number of volumes.

    Args:
        volumes: (count,) the volume of each slice.
        partitions: (count,) its partition.

    Returns:
        (6 count, 2): 2 count pairs of views, 2 count pairs in the ring, and these reversed. In a
        partition of two slices the next and the previous one are the same, so that their pair is
        listed twice.

    Raises:
        DataError: a partition has slices of one volume only.

    >>> across_volumes(np.array([0, 1]), np.array([0, 0])).shape
    (12, 2)
    """
    count = len(volumes)
    onward = np.stack([np.arange(count), next_of_another_volume(volumes, partitions, 1)], axis=1)
    onward = np.concatenate([onward, onward + count])  # (2 count, 2), a ring for each view
    return np.concatenate([across_views(count), onward, onward[:, ::-1]])


def across_volumes_one_way(volumes: np.ndarray, partitions: np.ndarray) -> np.ndarray:
    """Return the pairs of L^D in the authors' code, (3 count, 2), with first views as anchors.

    Each first view is matched with its second view and with the first views of the next two slices
    of other volumes in its partition's ring. Arguments and errors are those of `across_volumes`.
    """
    count = len(volumes)
    anchors = np.arange(count)
    others = [next_of_another_volume(volumes, partitions, step) for step in (1, 2)]
    return np.concatenate([np.stack([anchors, to], axis=1) for to in (anchors + count, *others)])


def next_of_another_volume(
    volumes: np.ndarray, partitions: np.ndarray, step: int = 1
) -> np.ndarray:
    """Return for each slice the `step`-th one of its partition that is of another volume.

    Slices of a partition are counted in their order and then again from the first; those of the
    slice's own volume are left out.

    Raises:
        DataError: a partition has slices of one volume only.

    >>> next_of_another_volume(np.array([0, 0, 1, 2]), np.array([0, 0, 0, 0])).tolist()
    [2, 2, 3, 0]
    """
    found = np.empty(len(volumes), int)
    for index, (volume, partition) in enumerate(zip(volumes, partitions, strict=True)):
        others = np.flatnonzero((partitions == partition) & (volumes != volume))
        if not len(others):
            raise DataError(f"batch: partition {partition} must have two volumes or more, got 1")
        found[index] = others[(np.searchsorted(others, index) + step - 1) % len(others)]
    return found
