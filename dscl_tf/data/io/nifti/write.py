"""Masks and maps into NIfTI files."""

import gzip
from pathlib import Path

import nibabel as nib
import numpy as np

from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write

WIDE_MASKS = (np.uint16, np.int32)  # of values above 255


def write_mask(path: str | Path, mask: np.ndarray, like: Volume) -> None:
    """Write a mask with the affine and header of the volume it labels.

    Args:
        path: the output, .nii or .nii.gz; it appears whole or not at all.
        mask: (X, Y, Z) uint8; uint16 or int32 where its values need it.
        like: the volume, whose affine and header (all but type and scaling) are kept.

    Raises:
        DataError: the ending or the mask's shape is wrong, or the disk is full or read-only.

    >>> import tempfile
    >>> image = Volume(np.ones((2, 3, 4)), np.diag([2, 2, 8, 1]), (2, 2, 8), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_mask(Path(folder, "out.nii.gz"), np.ones((2, 3, 4), np.uint8), image)
    ...     nib.load(Path(folder, "out.nii.gz")).get_data_dtype()
    dtype('uint8')
    """
    kind = mask.dtype.type if mask.dtype in WIDE_MASKS else np.uint8
    _write_like(Path(path), mask, like, "mask", kind)


def write_map(path: str | Path, values: np.ndarray, like: Volume) -> None:
    """Write a map (X, Y, Z) float32 of a volume's voxels as `write_mask` writes its mask.

    Several maps (X, Y, Z, maps) become one 4-D file.

    >>> import tempfile
    >>> image = Volume(np.ones((2, 3, 4)), np.diag([2, 2, 8, 1]), (2, 2, 8), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_map(Path(folder, "out.nii.gz"), np.full((2, 3, 4), 0.5, np.float32), image)
    ...     float(nib.load(Path(folder, "out.nii.gz")).get_fdata().max())
    0.5
    """
    _write_like(Path(path), values, like, "map", np.float32, most=4)


def _write_like(
    path: Path, array: np.ndarray, like: Volume, what: str, kind: type, most: int = 3
) -> None:
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(f"{path}: a {what}'s name must end in .nii or .nii.gz")
    if array.shape[:3] != like.array.shape[:3] or array.ndim > most or array.dtype != kind:
        raise DataError(
            f"{path}: a {what} must be {np.dtype(kind)} and have the shape of {like.path.name}, "
            f"{like.array.shape[:3]}, got {array.dtype} {array.shape}"
        )
    is_nifti2 = isinstance(like.header, nib.Nifti2Header)
    image = (nib.Nifti2Image if is_nifti2 else nib.Nifti1Image)(array, like.affine, like.header)
    image.set_data_dtype(kind)
    image.header.set_slope_inter(1, 0)
    image.header["cal_min"] = image.header["cal_max"] = 0
    write_nifti(path, image)


def write_nifti(path: Path, image: nib.Nifti1Image, compression: int = 6) -> None:
    """Write a NIfTI image atomically; the same image gives the same bytes (no time stamp).

    >>> import tempfile
    >>> image = nib.Nifti1Image(np.zeros((2, 3, 4), np.uint8), np.eye(4))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_nifti(Path(folder, "a.nii"), image)
    ...     write_nifti(Path(folder, "b.nii"), image)
    ...     Path(folder, "a.nii").read_bytes() == Path(folder, "b.nii").read_bytes()
    True
    """
    content = image.to_bytes()
    if path.name.endswith(".gz"):
        content = gzip.compress(content, compression, mtime=0)
    with atomic_write(path) as file:
        file.write(content)
