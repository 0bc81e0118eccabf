"""Where the voxels of an image lie, by its headers alone, and the values in a mask file."""

from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import itk
from dscl_tf.data.io.dicom import is_series, series_of
from dscl_tf.data.io.endings import NIFTI, has_ending
from dscl_tf.data.io.itk.header import read_header
from dscl_tf.data.io.itk.header import read_voxels as read_itk_voxels
from dscl_tf.data.io.nifti.file import open_nifti, read_voxels, shape_of
from dscl_tf.data.io.nifti.header import checked_affine
from dscl_tf.data.io.nifti.image import open_image
from dscl_tf.data.io.nifti.mask import placed_values
from dscl_tf.data.io.png import read_picture_labels, read_picture_shape
from dscl_tf.data.io.volume import Volume


def read_place(path: str | Path, data: Data) -> Volume:
    """Read where the voxels of an image lie; its array has the shape and one value everywhere.

    Args:
        path: the file, or what stands for a DICOM series.
        data: its layout says whether it is a picture, its `channel` which one of a 4-D file.

    Raises:
        DataError: the headers break a rule.

    >>> import tempfile
    >>> import nibabel as nib
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.nii.gz")
    ...     nib.save(nib.Nifti1Image(np.ones((2, 3, 4)), np.diag([2, 2, 8, 1])), path)
    ...     place = read_place(path, data)
    >>> place.array.shape, place.spacing
    ((2, 3, 4), (2.0, 2.0, 8.0))
    """
    path = Path(path)
    if data.pictures:
        return _place(read_picture_shape(path), np.eye(4), (1.0, 1.0, 1.0), path, oriented=False)
    if itk.reads(path):
        header = read_header(path)
        return _place(header.shape, header.affine, header.spacing, path, oriented=header.oriented)
    if is_series(path):
        placement = series_of(path).placement()
        return _place(placement.shape, placement.affine, placement.spacing, path, oriented=True)
    image = open_image(path, data.channel_number)
    affine, spacing = checked_affine(image, path)
    oriented = bool(image.header["qform_code"] > 0 or image.header["sform_code"] > 0)
    x, y, z = image.shape[:3]
    return _place((x, y, z), affine, spacing, path, oriented=oriented)


def _place(
    shape: tuple[int, int, int],
    affine: np.ndarray,
    spacing: tuple[float, float, float],
    path: Path,
    *,
    oriented: bool,
) -> Volume:
    array = np.broadcast_to(np.float32(0), shape)  # takes no memory
    return Volume(array, affine, spacing, path, oriented)


def channel_count(path: str | Path) -> int:
    """Return how many channels a volume has: those of the fourth axis of a NIfTI file.

    Raises:
        DataError: the header breaks a rule.
    """
    path = Path(path)
    if itk.reads(path) or not has_ending(path, NIFTI):
        return 1
    shape = shape_of(open_nifti(path, dimensions=(3, 4)))
    return shape[3] if len(shape) == 4 else 1


def read_values(path: str | Path, image: Volume, data: Data) -> np.ndarray:
    """Read the values of a mask file as they are, with axes as those of the image.

    Args:
        path: the mask.
        image: the image, or its place.
        data: its layout says whether it is a picture.

    Returns:
        (X, Y, Z) of a real type.

    Raises:
        DataError: the file breaks a rule, or does not fit the image.

    >>> import tempfile
    >>> import nibabel as nib
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> image = Volume(np.ones((1, 2, 2)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nii.gz")
    ...     nib.save(nib.Nifti1Image(np.array([[[0, 7], [7, 14]]], np.uint8), np.eye(4)), path)
    ...     np.unique(read_values(path, image, data))
    array([ 0.,  7., 14.], dtype=float32)
    """
    path = Path(path)
    if data.pictures:
        return read_picture_labels(path, image)
    if itk.reads(path):
        header = read_header(path)
        return placed_values(read_itk_voxels(header), header.affine, header.path, image)
    file = open_nifti(path)
    affine, _ = checked_affine(file, path)
    return placed_values(read_voxels(file, path), affine, path, image)
