"""What of a mask lies inside the window that the training grid cuts out of each slice.

The grid lies about the centre of a slice, and may be smaller than the slice. What a mask labels
beyond its edge takes no part in training, and is background in every prediction.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.config.section import Count, Whole
from dscl_tf.data.grid.geometry import Geometry, first_pixel
from dscl_tf.data.grid.orientation import to_canonical

ROUNDING = 1e-6  # of a voxel: centres on the window's edge are inside


@dataclass(frozen=True)
class LabelCount:
    """The voxels of one class in the mask's own file.

    Attributes:
        label: the class number.
        native: number of voxels.
        in_window: how many of them have their centre inside the window.
        rows: least and largest row index, in the canonical direction, of all of them.
        columns: least and largest column index, likewise.

    >>> LabelCount(label=1, native=200, in_window=150, rows=(3, 40), columns=(2, 50)).lost
    0.25
    """

    label: Count
    native: Count
    in_window: Whole
    rows: tuple[Whole, Whole]
    columns: tuple[Whole, Whole]

    @property
    def lost(self) -> float:
        """The share of the voxels that lies outside the window, in [0, 1]."""
        return 1 - self.in_window / self.native


def count_labels(mask: np.ndarray, geometry: Geometry) -> tuple[LabelCount, ...]:
    """Count the voxels of each class that a mask holds, in order of the class numbers.

    Args:
        mask: (X, Y, Z) uint8 in the file's voxels; 0 is background.
        geometry: of the image.

    >>> from pathlib import Path
    >>> from dscl_tf.config import Data
    >>> from dscl_tf.data.io.volume import Volume
    >>> mask = np.zeros((10, 8, 1), np.uint8)
    >>> mask[0:4] = 1
    >>> image = Volume(mask, np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(6, 8))
    >>> (count,) = count_labels(mask, Geometry.of(image, data))
    >>> count.native, count.in_window, f"{count.lost:.0%}"
    (32, 16, '50%')
    """
    canonical = to_canonical(mask, geometry.orientation)  # (rows, columns, slices)
    rows, columns = _inside(geometry, 0), _inside(geometry, 1)
    native = np.bincount(canonical.ravel(), minlength=256)
    in_window = np.bincount(canonical[rows, columns].ravel(), minlength=256)
    return tuple(
        LabelCount(
            label=label,
            native=int(native[label]),
            in_window=int(in_window[label]),
            rows=_extent(canonical == label, 0),
            columns=_extent(canonical == label, 1),
        )
        for label in range(1, 256)
        if native[label]
    )


def smallest_grid(
    geometry: Geometry, counts: Sequence[LabelCount], multiple: int
) -> tuple[int, int]:
    """Return the smallest grid (rows, columns) at this spacing whose window holds all labels.

    Args:
        geometry: of the volume.
        counts: of its mask; at least one.
        multiple: of which both sides must be multiples.

    >>> from pathlib import Path
    >>> from dscl_tf.config import Data
    >>> from dscl_tf.data.io.volume import Volume
    >>> mask = np.zeros((10, 8, 1), np.uint8)
    >>> mask[2:8, 3:5] = 1
    >>> image = Volume(mask, np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
    >>> geometry = Geometry.of(image, Data(classes={1: "heart"}, spacing=(2, 2), grid=(4, 4)))
    >>> smallest_grid(geometry, count_labels(mask, geometry), multiple=4)
    (8, 4)
    """
    rows = min(count.rows[0] for count in counts), max(count.rows[1] for count in counts)
    columns = min(count.columns[0] for count in counts), max(count.columns[1] for count in counts)
    return _side(geometry, 0, rows, multiple), _side(geometry, 1, columns, multiple)


def _side(geometry: Geometry, axis: int, extent: tuple[int, int], multiple: int) -> int:
    side = multiple
    while True:
        low, high = _window(geometry, axis, side)
        if low <= extent[0] and extent[1] <= high:
            return side
        side += multiple


def _extent(labelled: np.ndarray, axis: int) -> tuple[int, int]:
    """Return the least and the largest index along an axis that a mask labels."""
    others = tuple(other for other in range(3) if other != axis)
    indices = np.flatnonzero(labelled.any(axis=others))
    return int(indices[0]), int(indices[-1])


def _inside(geometry: Geometry, axis: int) -> slice:
    """Return the native indices along an axis of the slice whose centres the window holds."""
    low, high = _window(geometry, axis, geometry.grid[axis])
    return slice(max(0, math.ceil(low)), max(0, math.floor(high) + 1))


def _window(geometry: Geometry, axis: int, side: int) -> tuple[float, float]:
    """Return the native indices of the outer edges of a grid's first and last pixel."""
    factor = geometry.factors[axis]
    first = first_pixel(geometry.plane[axis], factor, side)
    margin = factor / 2 + ROUNDING
    return first - margin, first + factor * (side - 1) + margin
