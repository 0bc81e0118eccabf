"""NIfTI files: images and masks in, masks out. A file that breaks a rule is one `DataError`."""

import contextlib
import gzip
import warnings
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal

import nibabel as nib
import numpy as np
from nibabel import imageglobals

from dscl_tf.data.labels import class_numbers
from dscl_tf.data.volume import Volume
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write

TOLERANCE = 1e-3  # of a voxel, and the largest cosine between two axes
MILLIMETRES = (0, 2)  # NIfTI spatial unit codes: not said, mm


def read_image(path: str | Path) -> Volume:
    """Read an image volume.

    Raises:
        DataError: the file is missing, unreadable or truncated; it is not 3-D; its affine is
            singular or sheared; or its values are not finite or all equal.
    """
    path = Path(path)
    image = _open(path)
    affine, spacing = _checked_affine(image, path)
    array = _values(image, path)
    if not np.isfinite(array).all():
        count = np.count_nonzero(~np.isfinite(array))
        raise DataError(f"{path}: intensities must be finite, got {count} NaN or infinite voxels")
    if array.min() == array.max():
        raise DataError(f"{path}: intensities must vary, got {array.flat[0]:g} in every voxel")
    oriented = bool(image.header["qform_code"] > 0 or image.header["sform_code"] > 0)
    return Volume(array, affine, spacing, path, oriented, image.header)


def read_shape(path: str | Path) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its header alone.

    Raises:
        DataError: the file is missing or unreadable, or the volume is not 3-D.
    """
    x, y, z = _open(Path(path)).shape
    return x, y, z


def read_mask(
    path: str | Path,
    image: Volume,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Literal["error", "background"] = "error",
) -> np.ndarray:
    """Read the label mask of `image`.

    Args:
        path: the mask's file; a mask stored as float is fine where its values are integers.
        image: the volume it labels.
        classes: label value to name, without the background 0.
        labels: value in the file to label; see `class_numbers`.
        unlisted: what another value is.

    Returns:
        (X, Y, Z) uint8 labels in {0} and `classes`.

    Raises:
        DataError: the file cannot be read as `read_image` says, its shape or affine differs from
            the image's, or it holds a value that is no label.
    """
    path = Path(path)
    file = _open(path)
    if file.shape != image.array.shape:
        raise DataError(
            f"{path}: must have the shape of {image.path.name}, {image.array.shape}, "
            f"got {file.shape}"
        )
    affine, _ = _checked_affine(file, path)
    difference = np.abs(affine - image.affine).max() / min(image.spacing)
    if difference > TOLERANCE:
        raise DataError(
            f"{path}: the affine must agree with that of {image.path.name} within {TOLERANCE:g} "
            f"of a voxel, got a difference of {difference:.3g}"
        )
    return class_numbers(_values(file, path), path, classes, labels, unlisted)


def write_mask(path: str | Path, mask: np.ndarray, like: Volume) -> None:
    """Write a mask with the affine and header of the volume it labels.

    Args:
        path: the output, .nii or .nii.gz; it appears whole or not at all.
        mask: (X, Y, Z) uint8.
        like: the volume, whose affine and header (all but type and scaling) are kept.

    Raises:
        DataError: the ending or the mask's shape is wrong, or the disk is full or read-only.
    """
    path = Path(path)
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(f"{path}: a mask's name must end in .nii or .nii.gz")
    if mask.shape != like.array.shape or mask.dtype != np.uint8:
        raise DataError(
            f"{path}: a mask must be uint8 and have the shape of {like.path.name}, "
            f"{like.array.shape}, got {mask.dtype} {mask.shape}"
        )
    is_nifti2 = isinstance(like.header, nib.Nifti2Header)
    image = (nib.Nifti2Image if is_nifti2 else nib.Nifti1Image)(mask, like.affine, like.header)
    image.set_data_dtype(np.uint8)
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


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep nibabel's remarks on a header, and NumPy's on its values, off standard error."""
    before, imageglobals.logger.disabled = imageglobals.logger.disabled, True
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        imageglobals.logger.disabled = before


def _open(path: Path) -> nib.Nifti1Pair:
    if not path.is_file():
        raise DataError(f"{path}: must be a NIfTI file, got {_what_is_at(path)}")
    try:
        with _quiet():
            image = nib.load(path)
    except Exception as error:  # nibabel passes on whatever gzip, struct and NumPy raise
        raise DataError(f"{path}: cannot be read as NIfTI: {_one_line(error)}") from error
    if not isinstance(image, nib.Nifti1Pair):
        raise DataError(f"{path}: must be a NIfTI file, got {type(image).__name__}")
    if len(image.shape) != 3:
        raise DataError(f"{path}: must be 3-D, got shape {image.shape}")
    if 0 in image.shape:
        raise DataError(f"{path}: must not be empty, got shape {image.shape}")
    return image


def _what_is_at(path: Path) -> str:
    return "a directory" if path.is_dir() else "no such file"


def _checked_affine(
    image: nib.Nifti1Pair, path: Path
) -> tuple[np.ndarray, tuple[float, float, float]]:
    unit = int(image.header["xyzt_units"]) & 7
    if unit not in MILLIMETRES:
        raise DataError(f"{path}: the spatial unit must be mm (code 2), got code {unit}")
    affine = np.asarray(image.affine, np.float64)
    axes = affine[:3, :3]
    spacing = np.linalg.norm(axes, axis=0)
    volume = abs(np.linalg.det(axes)) if np.isfinite(affine).all() else 0.0
    if volume <= 1e-6 * spacing.prod() or not np.isfinite(volume):
        raise DataError(f"{path}: the affine must be invertible, got {axes.tolist()}")
    cosines = (axes / spacing).T @ (axes / spacing) - np.eye(3)
    if (shear := np.abs(cosines).max()) > TOLERANCE:
        raise DataError(
            f"{path}: the voxel axes must be at right angles (cosine at most {TOLERANCE:g}), "
            f"got {shear:.3g}"
        )
    return affine, (float(spacing[0]), float(spacing[1]), float(spacing[2]))


def _values(image: nib.Nifti1Pair, path: Path) -> np.ndarray:
    if (kind := image.get_data_dtype()).kind not in "iuf":
        raise DataError(f"{path}: voxels must be real numbers, got {kind}")
    try:
        if path.suffix == ".gz":
            _check_gzip(path)
        with _quiet():
            return image.get_fdata(caching="unchanged", dtype=np.float32)
    except Exception as error:  # as in _open; most often a truncated file
        raise DataError(f"{path}: cannot be read as NIfTI: {_one_line(error)}") from error


def _check_gzip(path: Path) -> None:
    """Read to the end, where the checksum stands: nibabel stops at the last voxel."""
    with gzip.open(path) as file:
        while file.read(1 << 20):
            pass


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
