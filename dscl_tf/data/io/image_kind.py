"""What the package does differently for medical volumes and for colour pictures."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.volume import Volume


class ImageKind(ABC):
    """How one kind of images is read, written, measured and shown.

    Attributes:
        unit: of lengths and spacings. A picture's pixels stand for millimetres.
        extent_unit: of the extent of a class: 1000 mm3 are 1 ml, and 1000 px are 1 kpx.
        mask_ending: how the names of masks end.
        anatomical: whether images show bodies. Such images have directions (left, front, up),
            partitions along a body axis and patients, and each should show every class.
    """

    unit: Literal["mm", "px"]
    extent_unit: Literal["ml", "kpx"]
    mask_ending: str
    anatomical: bool

    @abstractmethod
    def read_image(self, path: str | Path, data: Data) -> Volume:
        """Read an image.

        Raises:
            DataError: the file breaks a rule.
        """

    @abstractmethod
    def read_shape(self, path: str | Path, data: Data) -> tuple[int, int, int]:
        """Read the shape (X, Y, Z) of an image from its headers alone, and check these.

        Raises:
            DataError: the headers break a rule.
        """

    @abstractmethod
    def read_mask(self, path: str | Path, image: Volume, data: Data) -> np.ndarray:
        """Read the label mask of `image`.

        Returns:
            (X, Y, Z) uint8 class numbers, 0 or in `data.classes`.

        Raises:
            DataError: the file breaks a rule, or does not fit the image.
        """

    @abstractmethod
    def read_written_mask(
        self, path: str | Path, image: Volume, classes: Mapping[int, str]
    ) -> np.ndarray:
        """Read back what `write_mask` wrote, which may be all background.

        Returns:
            (X, Y, Z) uint8 class numbers, 0 or in `classes`.

        Raises:
            DataError: the file breaks a rule, or does not fit the image.
        """

    @abstractmethod
    def write_mask(self, path: str | Path, mask: np.ndarray, image: Volume) -> None:
        """Write a mask (X, Y, Z) uint8 of `image`.

        Raises:
            DataError: the name's ending or the shape is wrong, or the disk is full or read-only.
        """

    @abstractmethod
    def write_map(self, path: str | Path, values: np.ndarray, image: Volume) -> None:
        """Write a map (X, Y, Z) float32 of values in [0, 1]; errors are those of `write_mask`."""

    @abstractmethod
    def scored(self, mask: np.ndarray) -> np.ndarray:
        """Return the part of a mask (X, Y, Z) that metrics compare."""

    @abstractmethod
    def scored_spacing(self, image: Volume) -> tuple[float, ...]:
        """Return the spacing along each axis of what `scored` returns, in `unit`."""

    @abstractmethod
    def upright(self, plane: np.ndarray) -> np.ndarray:
        """Turn a slice of a store, (H, W, channels), for display.

        Returns:
            what matplotlib shows: an array in grey, or one of colours in [0, 1].
        """

    @abstractmethod
    def aspect(self, sides: tuple[float, float]) -> float:
        """Return height over width, as it is shown, of a slice or a pixel.

        Args:
            sides: its lengths along the row index and along the column index.
        """
