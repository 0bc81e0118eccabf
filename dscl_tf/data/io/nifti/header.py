"""Where a NIfTI header places the voxels, and whether all readers would place them there."""

import contextlib
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import nibabel as nib
import numpy as np
from nibabel import imageglobals

from dscl_tf.errors import DataError, one_line

TOLERANCE = 1e-3  # of a voxel, and the largest cosine between two axes
MILLIMETRES = (0, 2)  # NIfTI spatial unit codes: not said, mm
VOXEL_SIZES = (1e-3, 1e3)  # mm; a header with others is damaged
SAME_SIDE = 0.7  # cosine, of 45 degrees

_TURN = threading.Lock()
_SILENT: list[bool] = []  # whether nibabel's log was off before, then an entry for each block


def checked_affine(
    image: nib.Nifti1Image, path: Path
) -> tuple[np.ndarray, tuple[float, float, float]]:
    """Return the affine (4, 4) of an open file, and mm per voxel along each axis.

    Raises:
        DataError: the unit is not mm; the affine is not finite, singular or sheared; a voxel size
            is outside `VOXEL_SIZES`; or readers of this header would disagree.
    """
    unit = int(image.header["xyzt_units"]) & 7
    if unit not in MILLIMETRES:
        raise DataError(f"{path}: the spatial unit must be mm (code 2), got code {unit}")
    affine = np.asarray(image.affine, np.float64)
    spacing = spacing_of(affine, path)
    _check_readings(image, path, affine[:3, :3] / spacing, np.asarray(spacing))
    return affine, spacing


def spacing_of(affine: np.ndarray, path: Path) -> tuple[float, float, float]:
    """Return mm per voxel along each axis, by an affine (4, 4).

    Raises:
        DataError: it is not finite, singular or sheared; or a voxel size is outside `VOXEL_SIZES`.

    >>> spacing_of(np.diag([-2.0, -2.0, 8.0, 1.0]), Path("a.nii"))
    (2.0, 2.0, 8.0)
    """
    if not np.isfinite(affine).all():
        raise DataError(f"{path}: the affine must be finite, got {affine[:3].tolist()}")
    axes = affine[:3, :3]
    with np.errstate(all="ignore"):
        spacing = np.linalg.norm(axes, axis=0)
        cosines = (axes / spacing).T @ (axes / spacing) - np.eye(3)
        determinant = abs(np.linalg.det(axes / spacing))
    if not determinant > 1e-6:  # also where it is NaN
        raise DataError(f"{path}: the affine must be invertible, got {axes.tolist()}")
    low, high = VOXEL_SIZES
    if spacing.min() < low or spacing.max() > high:
        raise DataError(
            f"{path}: voxel sizes must lie between {low:g} and {high:g} mm, got {_mm(spacing)}"
        )
    if (shear := np.abs(cosines).max()) > TOLERANCE:
        raise DataError(
            f"{path}: the voxel axes must be at right angles (cosine at most {TOLERANCE:g}), "
            f"got {shear:.3g}"
        )
    return float(spacing[0]), float(spacing[1]), float(spacing[2])


def _check_readings(
    image: nib.Nifti1Image, path: Path, directions: np.ndarray, spacing: np.ndarray
) -> None:
    """Check that nibabel and ITK place the voxels alike.

    nibabel prefers the sform and takes voxel sizes from it. ITK prefers the qform, unless the sform
    is that of the scanner, and always takes voxel sizes from `pixdim`. The two forms may describe
    different spaces, such as scanner and template, but not different voxel sizes or sides of the
    body.
    """
    with quiet(), nib.openers.ImageOpener(str(path)) as file:
        header = type(image.header).from_fileobj(file, check=False)  # as stored, not mended
    stored = np.asarray(header["pixdim"][1:4], np.float64)
    if not (np.abs(stored - spacing) <= TOLERANCE * spacing).all():
        raise DataError(
            f"{path}: voxel sizes must be alike in pixdim and in the affine, got {_mm(stored)} "
            f"and {_mm(spacing)}"
        )
    if header["qform_code"] > 0:
        header["pixdim"][0] = -1 if header["pixdim"][0] < 0 else 1  # as ITK reads it
        try:
            qform = header.get_qform()[:3, :3] / stored
        except ValueError as error:
            raise DataError(f"{path}: the qform must be readable, got {one_line(error)}") from error
        cosines = np.sum(qform * directions, axis=0)
        if not (cosines >= SAME_SIDE).all():
            angle = np.degrees(np.arccos(np.clip(cosines.min(), -1, 1)))
            raise DataError(
                f"{path}: qform and sform must point each axis the same way within 45 degrees, "
                f"got {angle:.0f} degrees between them"
            )


def _mm(sizes: np.ndarray) -> str:
    return " x ".join(f"{size:g}" for size in sizes) + " mm"


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence nibabel's warnings about a header, and NumPy's about its values."""
    with _silent_log(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        yield


@contextlib.contextmanager
def _silent_log() -> Iterator[None]:
    """Silence nibabel's log, which threads share, from the first one in to the last one out."""
    with _TURN:
        if not _SILENT:
            _SILENT.append(imageglobals.logger.disabled)
        _SILENT.append(True)
        imageglobals.logger.disabled = True
    try:
        yield
    finally:
        with _TURN:
            _SILENT.pop()
            if len(_SILENT) == 1:
                imageglobals.logger.disabled = _SILENT.pop()
