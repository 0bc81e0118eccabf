"""Colour pictures as a kind of images."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import png
from dscl_tf.data.io.image_kind import ImageKind
from dscl_tf.data.io.labels import class_numbers
from dscl_tf.data.io.volume import Volume


class PictureKind(ImageKind):
    """Colour pictures, each a volume of one slice: PNG, as are their masks.

    A mask may be all background, since a scene need not show any class.
    """

    unit = "px"
    extent_unit = "kpx"
    mask_ending = ".png"
    anatomical = False

    def read_image(self, path: str | Path, data: Data) -> Volume:
        """Read a PNG as (H, W, 1, 3) float32 in [0, 255]."""
        return png.read_picture(path)

    def read_shape(self, path: str | Path, data: Data) -> tuple[int, int, int]:
        """Read the shape (H, W, 1) from the header."""
        return png.read_picture_shape(path)

    def read_mask(self, path: str | Path, image: Volume, data: Data) -> np.ndarray:
        """Read the label ids of a PNG, and replace them by class numbers."""
        values = png.read_picture_labels(path, image)
        table = {number: number for number in data.classes} if data.labels is None else data.labels
        return class_numbers(values, table, data.unlisted_labels, path)

    def read_written_mask(
        self, path: str | Path, image: Volume, classes: Mapping[int, str]
    ) -> np.ndarray:
        """Read back a PNG of class numbers."""
        values = png.read_picture_labels(path, image)
        return class_numbers(values, {number: number for number in classes}, "error", path)

    def write_mask(self, path: str | Path, mask: np.ndarray, image: Volume) -> None:
        """Write a PNG whose grey values are class numbers."""
        png.write_picture_mask(path, mask)

    def write_map(self, path: str | Path, values: np.ndarray, image: Volume) -> None:
        """Write 16 bits per pixel, where 65535 stands for 1."""
        png.write_picture_map(path, values)

    def scored(self, mask: np.ndarray) -> np.ndarray:
        """Return (H, W): in a slab of one slice every pixel would lie on a surface."""
        return mask[..., 0]

    def scored_spacing(self, image: Volume) -> tuple[float, ...]:
        """Return pixels per pixel along H and W: 1 and 1."""
        return image.spacing[:2]

    def upright(self, plane: np.ndarray) -> np.ndarray:
        """Clip the colours to what can be shown; a picture is upright."""
        return plane.clip(0, 1)  # (H, W, 3)

    def aspect(self, sides: tuple[float, float]) -> float:
        """Return the first side over the second."""
        return sides[0] / sides[1]
