"""How far volumes are from each other in a learnt representation, and greedy choices by it.

A volume is described by one direction for each of its partitions, so that slices are compared
with those that show the same anatomy; pooled over the whole volume, depth would decide. Greedy
farthest-first traversal (Gonzalez, Theoretical Computer Science 1985) takes at each step the volume
whose nearest labelled or already taken volume is farthest; Sener and Savarese (ICLR 2018) choose
images to label by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.health.measures import unit


@dataclass(frozen=True)
class Pick:
    """One step of a farthest-first traversal.

    Attributes:
        candidate: its row.
        nearest: the row of the nearest reference, counted over references and then candidates;
            None where there was none before it.
        distance: to the nearest, in [0, 2]; to all others on average where there was none.
    """

    candidate: int
    nearest: int | None
    distance: float


def pool_partitions(slices: np.ndarray, partitions: np.ndarray) -> np.ndarray:
    """Return the direction of the mean embedding of each partition of a volume.

    Args:
        slices: (depth, D) embeddings, of which only the directions count.
        partitions: (depth,) int, 0 to P - 1, none empty.

    Returns:
        (P, D) float64, of unit length; zero where the slices of a partition cancel out.

    >>> pool_partitions(np.array([[2.0, 0.0], [0.0, 1.0], [0.0, 3.0]]), [0, 1, 1]).tolist()
    [[1.0, 0.0], [0.0, 1.0]]
    """
    directions, partitions = unit(slices), np.asarray(partitions)  # (depth, D)
    members = partitions == np.arange(partitions.max() + 1)[:, None]  # (P, depth)
    return unit(members @ directions)


def distances_to_nearest(
    volumes: np.ndarray, references: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return how far each volume is from its nearest reference, and which that is.

    The distance of two volumes is 1 - cosine, averaged over partitions.

    Args:
        volumes: (V, P, D), of `pool_partitions`.
        references: (R, P, D), at least one.

    Returns:
        (V,) float64 in [0, 2] and (V,) int, rows of `references`.

    >>> one, other = [[1.0, 0.0], [0.0, 1.0]], [[1.0, 0.0], [0.0, -1.0]]  # differ in one partition
    >>> distance, nearest = distances_to_nearest(np.array([one, other]), np.array([one]))
    >>> distance.tolist(), nearest.tolist()
    ([0.0, 1.0], [0, 0])
    """
    count, partitions = volumes.shape[:2]
    flat, other = volumes.reshape(count, -1), references.reshape(len(references), -1)
    distances = np.clip(1 - flat @ other.T / partitions, 0, 2)  # (V, R)
    nearest = distances.argmin(axis=1)
    return distances[np.arange(count), nearest], nearest


def farthest_first(candidates: np.ndarray, references: np.ndarray) -> list[Pick]:
    """Return all candidates, each the farthest from the references and those before it.

    Without references the first is the most typical one: the nearest to the others on average. Of
    equally far ones the first comes first.

    Args:
        candidates: (C, P, D), of `pool_partitions`.
        references: (R, P, D), perhaps none.

    >>> def at(degrees):  # volumes of one partition, in the plane
    ...     turned = np.radians(degrees)
    ...     return np.stack([np.cos(turned), np.sin(turned)], axis=-1)[:, None]
    >>> picks = farthest_first(at([80, 90, 60]), references=at([0]))
    >>> [(pick.candidate, pick.nearest) for pick in picks]  # 90, then 60, then 80 degrees
    [(1, 0), (2, 2), (0, 2)]
    """
    known = len(references)
    left = np.ones(len(candidates), bool)
    picks: list[Pick] = []
    if known:
        distance, nearest = distances_to_nearest(candidates, references)
    elif len(candidates):
        first, mean = _most_typical(candidates)
        picks.append(Pick(first, None, mean))
        left[first] = False
        distance, _ = distances_to_nearest(candidates, candidates[[first]])
        nearest = np.full(len(candidates), first)
    while left.any():
        pick = int(np.where(left, distance, -1.0).argmax())
        picks.append(Pick(pick, int(nearest[pick]), float(distance[pick])))
        left[pick] = False
        to_pick, _ = distances_to_nearest(candidates, candidates[[pick]])
        nearer = to_pick < distance
        distance, nearest = (
            np.where(nearer, to_pick, distance),
            np.where(nearer, known + pick, nearest),
        )
    return picks


def _most_typical(volumes: np.ndarray) -> tuple[int, float]:
    """Return the volume (of (V, P, D)) that is nearest to the others on average, and how near."""
    count, partitions = volumes.shape[:2]
    flat = volumes.reshape(count, -1)
    own = np.sum(flat**2, axis=1)
    means = 1 - (flat @ flat.sum(axis=0) - own) / partitions / max(count - 1, 1)  # (V,)
    first = int(means.argmin())
    return first, float(np.clip(means[first], 0, 2)) if count > 1 else 0.0


def stack(pooled: Sequence[np.ndarray], like: Sequence[np.ndarray]) -> np.ndarray:
    """Return volumes (P, D) as one array (V, P, D), of the shape of others where there is none.

    >>> stack([], like=[np.zeros((4, 8))]).shape
    (0, 4, 8)
    """
    return np.stack(pooled) if pooled else np.empty((0, *like[0].shape))
