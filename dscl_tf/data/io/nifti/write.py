"""Masks and maps into NIfTI files."""

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np

from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write


def write_mask(path: str | Path, mask: np.ndarray, like: Volume) -> None:
    """Write a mask with the affine and header of the volume it labels.

    Args:
        path: the output, .nii or .nii.gz; it appears whole or not at all.
        mask: (X, Y, Z) uint8.
        like: the volume, whose affine and header (all but type and scaling) are kept.

    Raises:
        DataError: the ending or the mask's shape is wrong, or the disk is full or read-only.
    """
    _write_like(Path(path), mask, like, "mask", np.uint8)


def write_map(path: str | Path, values: np.ndarray, like: Volume) -> None:
    """Write a map (X, Y, Z) float32 of a volume's voxels as `write_mask` writes its mask."""
    _write_like(Path(path), values, like, "map", np.float32)


def _write_like(path: Path, array: np.ndarray, like: Volume, what: str, kind: type) -> None:
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(f"{path}: a {what}'s name must end in .nii or .nii.gz")
    if array.shape != like.array.shape or array.dtype != kind:
        raise DataError(
            f"{path}: a {what} must be {np.dtype(kind)} and have the shape of {like.path.name}, "
            f"{like.array.shape}, got {array.dtype} {array.shape}"
        )
    is_nifti2 = isinstance(like.header, nib.Nifti2Header)
    image = (nib.Nifti2Image if is_nifti2 else nib.Nifti1Image)(array, like.affine, like.header)
    image.set_data_dtype(kind)
    image.header.set_slope_inter(1, 0)
    image.header["cal_min"] = image.header["cal_max"] = 0
    write_nifti(path, image)


def write_nifti(path: Path, image: nib.Nifti1Image, compression: int = 6) -> None:
    """Write a NIfTI image atomically; the same image gives the same bytes (no time stamp)."""
    content = image.to_bytes()
    if path.name.endswith(".gz"):
        content = gzip.compress(content, compression, mtime=0)
    with atomic_write(path) as file:
        file.write(content)
