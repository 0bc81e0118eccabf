"""Local regions of feature maps: where they lie, which are neighbours, and cutting them out."""

from typing import Literal

import numpy as np
from keras import ops

from dscl_tf.errors import UsageError
from dscl_tf.tensor import Tensor

# regions -> (side n of the main lattice, whether the (n-1)^2 midpoints belong to it)
_LATTICES = {
    4: (2, False),
    5: (2, True),
    9: (3, False),
    13: (3, True),
    16: (4, False),
    25: (4, True),
}


def region_corners(
    regions: int, size: int, height: int, width: int, block: int | None = None
) -> np.ndarray:
    """Return the top-left corners of a quincunx lattice of square regions.

    The main lattice has n x n corners spread evenly over [0, H-K] x [0, W-K] (fractions are
    rounded down); with 5, 13 or 25 regions the (n-1)^2 midpoints between them follow.

    Args:
        regions: number of regions A, one of 4, 5, 9, 13, 16, 25.
        size: side K of a region in pixels of the map.
        height: rows H of the feature map.
        width: columns W of the feature map.
        block: number l of the decoder block that gives the map, for the error message.

    Returns:
        (A, 2) int corners (row, column).

    Raises:
        UsageError: no such lattice, or the regions overlap or leave the map.

    Example:
        >>> region_corners(5, 2, 8, 12).tolist()
        [[0, 0], [0, 10], [6, 0], [6, 10], [3, 5]]
    """
    if regions not in _LATTICES:
        known = ", ".join(str(count) for count in _LATTICES)
        raise UsageError(f"regions: must be one of {known}, got {regions}")
    n, with_midpoints = _LATTICES[regions]
    rows = np.arange(n) * (height - size) // (n - 1)
    columns = np.arange(n) * (width - size) // (n - 1)
    corners = _grid(rows, columns)
    if with_midpoints:
        midpoints = _grid((rows[:-1] + rows[1:]) // 2, (columns[:-1] + columns[1:]) // 2)
        corners = np.concatenate([corners, midpoints])

    gaps = np.abs(corners[:, None] - corners[None]).max(axis=-1)  # (regions, regions)
    np.fill_diagonal(gaps, size)
    if size < 1 or size > min(height, width) or gaps.min() < size:
        of_block = "" if block is None else f" of decoder block {block}"
        raise UsageError(
            f"regions: must lie apart and inside the {height} x {width} feature map{of_block}, "
            f"got {regions} regions of {size} x {size}"
        )
    return corners


def nearest_neighbours(corners: np.ndarray, k: int | Literal["all"]) -> np.ndarray:
    """Return for every region the k nearest others by distance of corners, nearest first.

    Args:
        corners: (A, 2) int corners.
        k: number of neighbours from 1 to A-1, or "all" for A-1. Of equally near regions the one
            with the lower index comes first.

    Returns:
        (A, k) int indices.

    Raises:
        UsageError: k is out of range.

    Example:
        >>> nearest_neighbours(np.array([[0, 0], [0, 5], [0, 1]]), 1).tolist()
        [[2], [2], [0]]
    """
    count = len(corners)
    if k == "all":
        k = count - 1
    if not 1 <= k < count:
        raise UsageError(f"negatives: must be from 1 to {count - 1} or all, got {k}")
    corners = np.asarray(corners, np.int64)
    distances = np.square(corners[:, None] - corners[None]).sum(axis=-1)
    np.fill_diagonal(distances, np.iinfo(np.int64).max)
    return np.argsort(distances, axis=1, kind="stable")[:, :k]


def cut_regions(feature_maps: Tensor, corners: np.ndarray, size: int) -> Tensor:
    """Cut square regions out of feature maps; differentiable.

    Args:
        feature_maps: (batch, H, W, channels) with H and W known.
        corners: (regions, 2) int top-left corners (row, column).
        size: side K of a region in pixels.

    Returns:
        (batch, regions, K, K, channels).

    Raises:
        UsageError: a region leaves the map.

    Example:
        >>> feature_map = np.arange(12).reshape(1, 3, 4, 1)
        >>> regions = cut_regions(feature_map, np.array([[0, 0], [1, 2]]), 2)
        >>> np.asarray(regions)[0, 1, :, :, 0].tolist()
        [[6, 7], [10, 11]]
    """
    height, width, channels = feature_maps.shape[1:]
    corners = np.asarray(corners)
    if corners.min() < 0 or (corners.max(axis=0) + size > (height, width)).any():
        raise UsageError(
            f"corners: regions of {size} x {size} must lie inside the {height} x {width} feature "
            f"map, got corners from {corners.min(axis=0).tolist()} to "
            f"{corners.max(axis=0).tolist()}"
        )
    offsets = _grid(np.arange(size), np.arange(size))
    pixels = corners[:, None] + offsets[None]  # (regions, K*K, 2)
    indices = (pixels[..., 0] * width + pixels[..., 1]).reshape(-1).astype("int32")
    flat = ops.reshape(feature_maps, (-1, height * width, channels))
    cut = ops.take(flat, indices, axis=1)  # (batch, regions*K*K, channels)
    return ops.reshape(cut, (-1, len(corners), size, size, channels))


def _grid(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Return all (row, column) in row-major order."""
    return np.stack(np.meshgrid(rows, columns, indexing="ij"), axis=-1).reshape(-1, 2)
