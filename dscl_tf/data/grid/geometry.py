"""From a volume's own voxels to the training grid, and back.

Each slice is resampled to the training spacing and cropped or padded about its centre, in one
interpolation; nothing is interpolated between slices. The centres of the native slice and of the
grid lie at the same place in mm. Where both have the same spacing the grid may be shifted by up to
half a pixel, so that its pixels fall on native ones and no value is interpolated.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import AfterValidator, ConfigDict, Field
from scipy import ndimage

from dscl_tf.config import Data
from dscl_tf.config.section import Count, Positive
from dscl_tf.data.grid.interpolation import interpolate
from dscl_tf.data.grid.orientation import (
    UNCHANGED,
    Orientation,
    canonical_affine,
    canonical_orientation,
    from_canonical,
    to_canonical,
)
from dscl_tf.data.io.volume import Volume
from dscl_tf.readers import FINITE

# Spacings whose ratio differs from 1 by less count as the same: the positions of 500 pixels then
# differ by less than half a pixel.
SAME_SPACING = 1e-3


Row = Annotated[tuple[float, ...], Field(min_length=4, max_length=4)]
Affine = Annotated[tuple[Row, ...], Field(min_length=4, max_length=4)]


def _axes_are_permuted(value: Orientation) -> Orientation:
    axes = sorted(axis for axis, _ in value)
    if axes != [0, 1, 2] or not {sign for _, sign in value} <= {1, -1}:
        raise ValueError(f"must be the axes 0, 1, 2, each with 1 or -1, got {value}")
    return value


@dataclass(frozen=True)
class Geometry:
    """What maps between one volume's voxels and the training grid.

    The file's axes are X, Y, Z. On the training grid a volume is (slices, rows, columns).
    `read_json` checks the types of the fields.

    Attributes:
        shape: (X, Y, Z) of the file.
        affine: (4, 4) as nested tuples, voxel index of the file to mm.
        spacing: mm per voxel along X, Y, Z.
        orientation: per file axis its canonical axis and direction (see `orientation`).
        grid: (rows, columns) of the training grid.
        grid_spacing: mm per pixel of the training grid, (rows, columns).
    """

    __pydantic_config__: ClassVar[ConfigDict] = FINITE

    shape: tuple[Count, Count, Count]
    affine: Affine
    spacing: tuple[Positive, Positive, Positive]
    orientation: Annotated[Orientation, AfterValidator(_axes_are_permuted)]
    grid: tuple[Count, Count]
    grid_spacing: tuple[Positive, Positive]

    @classmethod
    def of(cls, volume: Volume, data: Data) -> "Geometry":
        """Return the mapping between `volume` and the training grid of `data`.

        >>> from pathlib import Path
        >>> from dscl_tf.config import Data
        >>> image = Volume(np.ones((10, 8, 3)), np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
        >>> data = Data(classes={1: "heart"}, spacing=(4, 4), grid=(6, 6))
        >>> geometry = Geometry.of(image, data)
        >>> geometry.to_grid(image.array).shape  # (slices, rows, columns)
        (3, 6, 6)
        >>> geometry.to_native(np.zeros((3, 6, 6, 2))).shape  # (X, Y, Z, classes)
        (10, 8, 3, 2)
        """
        x, y, z = volume.array.shape[:3]
        affine = tuple(tuple(float(value) for value in row) for row in volume.affine)
        orientation = UNCHANGED
        if volume.oriented:
            orientation = canonical_orientation(volume.affine, data.slice_axis)
        return cls((x, y, z), affine, volume.spacing, orientation, data.grid, data.spacing)

    @property
    def depth(self) -> int:
        """Number of slices."""
        return self._in_canonical_order(self.shape)[2]

    @property
    def plane_spacing(self) -> tuple[float, float]:
        """Mm per native pixel within a slice, (rows, columns)."""
        return self._in_canonical_order(self.spacing)[:2]

    @property
    def slice_spacing(self) -> float:
        """Mm from one slice to the next."""
        return self._in_canonical_order(self.spacing)[2]

    @property
    def plane(self) -> tuple[int, int]:
        """(rows, columns) of a native slice in the canonical direction."""
        return self._in_canonical_order(self.shape)[:2]

    @property
    def factors(self) -> tuple[float, float]:
        """Native pixels per training pixel, (rows, columns)."""
        rows, columns = self.plane_spacing
        return self.grid_spacing[0] / rows, self.grid_spacing[1] / columns

    @property
    def offset(self) -> tuple[float, float]:
        """Native index (row, column) of the grid's first pixel."""
        row, column = (
            first_pixel(native, factor, side)
            for native, factor, side in zip(self.plane, self.factors, self.grid, strict=True)
        )
        return row, column

    @property
    def grid_affine(self) -> np.ndarray:
        """(4, 4) float64: grid index (row, column, slice) to mm, as in the file's own affine."""
        steps = np.diag([*self.factors, 1.0, 1.0])
        steps[:2, 3] = self.offset
        return canonical_affine(np.array(self.affine), self.shape, self.orientation) @ steps

    def to_grid(
        self, array: np.ndarray, *, outside: float = 0.0, smooth: bool = True
    ) -> np.ndarray:
        """Resample a volume to the training grid, linearly within each slice.

        Args:
            array: (X, Y, Z) as in the file.
            outside: the value beyond the volume's edge.
            smooth: where training pixels are larger than native ones, blur first. As in
                scikit-image's `resize`, sigma is (factor - 1) / 2 native pixels.

        Returns:
            (slices, rows, columns) float32.
        """
        canonical = to_canonical(array, self.orientation).astype(np.float32)
        if smooth:
            sigma = [max(0.0, (factor - 1) / 2) for factor in self.factors]
            canonical = ndimage.gaussian_filter(canonical, (*sigma, 0), mode="nearest")
        resampled = interpolate(canonical, self.grid, self.factors, self.offset, outside)
        return np.ascontiguousarray(np.moveaxis(resampled, 2, 0))  # (slices, rows, columns)

    def to_native(self, probabilities: np.ndarray) -> np.ndarray:
        """Resample class probabilities back to the file's voxels, linearly within each slice.

        Args:
            probabilities: (slices, rows, columns, classes) on the grid; class 0 is background.

        Returns:
            (X, Y, Z, classes) float32; beyond the grid's edge the background has probability 1.
        """
        factors = (1 / self.factors[0], 1 / self.factors[1])
        offset = (-self.offset[0] * factors[0], -self.offset[1] * factors[1])
        native = np.empty((*self.shape, probabilities.shape[-1]), np.float32)
        for label in range(probabilities.shape[-1]):
            plane = np.moveaxis(probabilities[..., label], 0, 2)  # (rows, columns, slices)
            back = interpolate(plane, self.plane, factors, offset, outside=float(label == 0))
            native[..., label] = from_canonical(back, self.orientation)
        return native

    def _in_canonical_order(self, values: tuple[Any, Any, Any]) -> tuple[Any, Any, Any]:
        ordered = dict(zip((axis for axis, _ in self.orientation), values, strict=True))
        return ordered[0], ordered[1], ordered[2]


def first_pixel(native: int, factor: float, side: int) -> float:
    """Return the native index of a grid's first pixel along one axis.

    Args:
        native: number of native pixels along the axis.
        factor: native pixels per training pixel.
        side: number of training pixels, which lie about the same centre.

    >>> first_pixel(native=10, factor=1.0, side=6)
    2.0
    """
    first = (native - 1) / 2 - factor * (side - 1) / 2
    return float(np.floor(first + 0.5)) if abs(factor - 1) < SAME_SPACING else first
