"""Medical volumes as a kind of images."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import itk, nifti
from dscl_tf.data.io.dicom import is_series, read_series, series_of
from dscl_tf.data.io.image_kind import ImageKind
from dscl_tf.data.io.volume import Volume


class VolumeKind(ImageKind):
    """Medical volumes: NIfTI files, DICOM series and what SimpleITK reads beside.

    The ending of a name says NRRD, MetaImage or Analyze; of other paths what lies there decides. A
    series is named by one of its files, or by its folder where that holds no other series. Masks
    that are written are NIfTI files.
    """

    unit = "mm"
    extent_unit = "ml"
    mask_ending = ".nii.gz"
    anatomical = True

    def read_image(self, path: str | Path, data: Data) -> Volume:
        """Read a file of one channel, or one channel of a NIfTI file, or a DICOM series."""
        if itk.reads(path):
            return itk.read_image(path, data.not_finite)
        if is_series(path):
            return read_series(path, data.not_finite)
        return nifti.read_image(path, data.channel_number, data.not_finite)

    def read_shape(self, path: str | Path, data: Data) -> tuple[int, int, int]:
        """Read the shape (X, Y, Z) from a file's header, or from all headers of a series."""
        if itk.reads(path):
            return itk.read_shape(path)
        if is_series(path):
            return series_of(path).placement().shape
        return nifti.read_shape(path, data.channel_number)

    def read_mask(self, path: str | Path, image: Volume, data: Data) -> np.ndarray:
        """Read a mask; its axes may be stored in another order than the image's."""
        read = itk.read_mask if itk.reads(path) else nifti.read_mask
        return read(path, image, data.classes, data.labels, data.unlisted_labels)

    def read_written_mask(
        self, path: str | Path, image: Volume, classes: Mapping[int, str]
    ) -> np.ndarray:
        """Read back a NIfTI mask."""
        return nifti.read_mask(path, image, classes, may_be_empty=True)

    def write_mask(self, path: str | Path, mask: np.ndarray, image: Volume) -> None:
        """Write NIfTI with the affine and header of the image."""
        nifti.write_mask(path, mask, image)

    def write_map(self, path: str | Path, values: np.ndarray, image: Volume) -> None:
        """Write 32-bit floating-point values."""
        nifti.write_map(path, values, image)

    def scored(self, mask: np.ndarray) -> np.ndarray:
        """Return the whole mask, (X, Y, Z)."""
        return mask

    def scored_spacing(self, image: Volume) -> tuple[float, ...]:
        """Return mm per voxel along X, Y and Z."""
        return image.spacing

    def upright(self, plane: np.ndarray) -> np.ndarray:
        """Transpose the first channel: rows run to the patient's left, columns back or down."""
        return plane[..., 0].T  # (W, H)

    def aspect(self, sides: tuple[float, float]) -> float:
        """Return the second side over the first: slices are transposed."""
        return sides[1] / sides[0]
