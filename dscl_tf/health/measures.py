"""How healthy a learnt representation is: cosines, rank, spread and retrieval of embeddings.

The value of a contrastive loss says little by itself; these say whether embeddings still differ,
and by what. All functions are NumPy, in float64.
"""

import numpy as np

Array = np.ndarray


def unit(vectors: Array) -> Array:
    """Scale vectors (..., D) to unit length; a zero vector stays zero.

    >>> unit([[3, 4], [0, 0]]).tolist()
    [[0.6, 0.8], [0.0, 0.0]]
    """
    vectors = np.asarray(vectors, np.float64)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)


def mean_cosines(embeddings: Array, positives: Array, negatives: Array) -> tuple[float, float]:
    """Return the mean cosine of the positive pairs and of the negative pairs.

    >>> positives = np.array([[False, True], [False, False]])
    >>> mean_cosines([[1, 0], [3, 4]], positives, positives.T)
    (0.6, 0.6)

    Args:
        embeddings: (N, D).
        positives: (N, N) bool, True where the column is a positive of the row.
        negatives: (N, N) bool, likewise.

    Returns:
        two values in [-1, 1]; NaN where there is no such pair.
    """
    directions = unit(embeddings)
    cosines = directions @ directions.T
    return _mean(cosines[positives]), _mean(cosines[negatives])


def mean_region_cosines(
    regions: Array, pairs: Array, anchors: Array, negatives: Array
) -> tuple[float, float]:
    """Return the mean cosine of the positive and of the negative pairs of the local loss.

    >>> regions = np.array([[[1, 0], [0, 1]], [[1, 0], [0, 1]]])  # two images, two regions of each
    >>> mean_region_cosines(regions, np.array([[0, 1]]), np.array([0]), np.array([[1]]))
    (1.0, 0.0)

    Args:
        regions: (batch, R, D) embeddings of the R regions of every image.
        pairs: (P, 2) int, the anchor image i and the positive image j of each pair.
        anchors: (A,) int regions a. Their positives are (f_i[a], f_j[a]).
        negatives: (A, k) int regions n of each anchor. The negatives are (f_i[a], f_i[n]) and
            (f_i[a], f_j[n]).

    Returns:
        two values in [-1, 1].
    """
    directions = unit(regions)
    mine, theirs = directions[pairs[:, 0]], directions[pairs[:, 1]]
    anchor = mine[:, anchors]  # (P, A, D)
    both = np.concatenate([mine[:, negatives], theirs[:, negatives]], axis=2)  # (P, A, 2k, D)
    positive = np.einsum("pad,pad->pa", anchor, theirs[:, anchors])
    return _mean(positive), _mean(np.einsum("pad,pakd->pak", anchor, both))


def effective_rank(embeddings: Array) -> float:
    """Return how many directions the unit embeddings (N, D) use (Roy and Vetterli 2007).

    >>> round(effective_rank(np.eye(4)), 6)
    4.0

    The exponential of the entropy of the singular values, scaled to sum to 1: 1 if all embeddings
    point the same way, at most min(N, D). NaN if all are zero.
    """
    directions = unit(embeddings)
    if not directions.any():
        return float("nan")
    few = directions if len(directions) < directions.shape[1] else directions.T
    # Eigenvalues of the small product: many times faster than singular values of a tall matrix.
    values = np.sqrt(np.linalg.eigvalsh(few @ few.T).clip(0))
    values = values[values > 1e-7 * values.max()]  # the rest is rounding
    shares = values / values.sum()
    return float(np.exp(-np.sum(shares * np.log(shares))))


def spread(embeddings: Array) -> float:
    """Return the standard deviation of the unit embeddings (N, D) per dimension, times sqrt(D).

    The mean over dimensions: 0 if all embeddings are equal, about 1 if they point everywhere.

    >>> spread(np.ones((4, 2)))
    0.0
    """
    directions = unit(embeddings)
    return float(directions.std(axis=0).mean() * np.sqrt(directions.shape[1]))


def partition_retrieval(embeddings: Array, volumes: Array, partitions: Array) -> float:
    """Return how often the nearest slice of another volume is of the same partition.

    >>> embeddings = [[1, 0], [0, 1], [2, 1], [1, 2]]
    >>> partition_retrieval(embeddings, volumes=[0, 0, 1, 1], partitions=[0, 1, 0, 1])
    1.0

    Args:
        embeddings: (N, D), nearest by cosine; of equally near slices the first counts.
        volumes: (N,) int.
        partitions: (N,) int.

    Returns:
        the share of the slices, in [0, 1]; NaN with a single volume.
    """
    volumes, partitions = np.asarray(volumes), np.asarray(partitions)
    others = volumes[:, None] != volumes[None]
    if not others.any():
        return float("nan")
    directions = unit(embeddings)
    nearest = np.where(others, directions @ directions.T, -np.inf).argmax(axis=1)
    return float(np.mean(partitions[nearest] == partitions))


def retrieval_chance(volumes: Array, partitions: Array) -> float:
    """Return what `partition_retrieval` gives on average if the neighbours are drawn blindly.

    >>> retrieval_chance(volumes=[0, 0, 1, 1], partitions=[0, 1, 0, 1])
    0.5
    """
    volumes, partitions = np.asarray(volumes), np.asarray(partitions)
    others = volumes[:, None] != volumes[None]
    if not others.any():
        return float("nan")
    alike = others & (partitions[:, None] == partitions[None])
    return float(np.mean(alike.sum(axis=1) / others.sum(axis=1)))


def principal_plane(embeddings: Array) -> tuple[Array, Array]:
    """Project the unit embeddings (N, D) on their two principal components.

    >>> plane, shares = principal_plane([[1, 0], [0, 1], [1, 0], [0, 1]])
    >>> plane.shape, shares.round(6).tolist()
    ((4, 2), [1.0, 0.0])

    Returns:
        (N, 2) coordinates, and (2,) the share of the variance that each component explains. The
        sign is fixed: the largest coordinate of either is positive.
    """
    directions = unit(embeddings)
    left, values, _ = np.linalg.svd(directions - directions.mean(axis=0), full_matrices=False)
    plane = left[:, :2] * values[:2]
    plane = plane * np.where(plane.max(axis=0) < -plane.min(axis=0), -1, 1)
    total = np.sum(values**2)
    return plane, values[:2] ** 2 / total if total > 0 else np.zeros(2)


def similarity_map(features: Array, region: Array, kernel: Array | None) -> Array:
    """Return the cosine of one region's embedding with that of every region of a map.

    >>> similarity_map(np.array([[[1, 0], [0, 2]]]), region=np.array([0, 1]), kernel=None).tolist()
    [[0.0, 1.0]]

    Args:
        features: (H, W, C), the map that regions are cut from.
        region: (D,) the embedding to compare with.
        kernel: (K * K * C, D) dense layer on a region flattened in (row, column, channel) order;
            None for K = 1, where D = C.

    Returns:
        (H - K + 1, W - K + 1) in [-1, 1], the entry of a region at its top-left corner.
    """
    return unit(dense_regions(features, kernel)) @ unit(region)


def dense_regions(features: Array, kernel: Array | None) -> Array:
    """Embed the region at every place of a map, (H, W, C) -> (H - K + 1, W - K + 1, D).

    See `similarity_map`.
    """
    if kernel is None:
        return np.asarray(features)
    channels = features.shape[-1]
    side = round((len(kernel) / channels) ** 0.5)
    windows = np.lib.stride_tricks.sliding_window_view(features, (side, side), axis=(0, 1))
    flat = np.moveaxis(windows, 2, -1).reshape(*windows.shape[:2], -1)  # (h, w, K * K * C)
    return flat @ kernel


def _mean(values: Array) -> float:
    return float(values.mean()) if values.size else float("nan")
