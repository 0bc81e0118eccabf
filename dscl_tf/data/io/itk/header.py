"""What the header of a volume says, as ITK reads it, and whether it can be believed."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.data.io.itk.files import KINDS, files_of, header_text
from dscl_tf.data.io.nifti.header import TOLERANCE, VOXEL_SIZES
from dscl_tf.errors import DataError, one_line
from dscl_tf.files import report_read_errors
from dscl_tf.streams import standard_error_aside

READERS = {
    ".nrrd": "NrrdImageIO",
    ".mha": "MetaImageIO",
    ".mhd": "MetaImageIO",
    ".hdr": "NiftiImageIO",
    ".img": "NiftiImageIO",
}
REAL = r"\d+-bit (signed integer|unsigned integer|float)"  # SimpleITK's names of types
LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0])  # ITK counts to the left and to the back
MOST_COMPRESSED = 1100  # times; deflate cannot do better than 1032
FIELD_OF_ORIENTATION = {
    ".nrrd": r"(?im)^space:",
    ".mha": r"(?m)^\s*(TransformMatrix|Orientation|Rotation)\s*=",
    ".mhd": r"(?m)^\s*(TransformMatrix|Orientation|Rotation)\s*=",
}


@dataclass(frozen=True, eq=False)
class Header:
    """A checked header.

    Attributes:
        path: the file.
        shape: (X, Y, Z).
        affine: (4, 4) float64, voxel index to mm (right, anterior, superior).
        spacing: mm per voxel along X, Y, Z.
        oriented: whether the file says how its axes lie in the body.
        reader: SimpleITK's, which reads the voxels.
    """

    path: Path
    shape: tuple[int, int, int]
    affine: np.ndarray
    spacing: tuple[float, float, float]
    oriented: bool
    reader: Any


def read_header(path: str | Path) -> Header:
    """Read and check the header of a volume.

    Raises:
        DataError: a file is missing or damaged, or shorter than announced; the volume is not 3-D or
            has several channels; its unit is not mm; its axes are not at right angles; or a voxel
            size is out of `VOXEL_SIZES`.
    """
    import SimpleITK as sitk  # noqa: N813 (takes half a second)

    path = Path(path)
    files, ending = files_of(path), path.suffix.lower()
    reader = sitk.ImageFileReader()
    reader.SetImageIO(READERS[ending])
    reader.SetFileName(str(path))
    try:
        with standard_error_aside():
            reader.ReadImageInformation()
    except RuntimeError as error:
        raise DataError(f"{path}: must be {KINDS[ending]}, got one that ITK cannot read") from error
    kind = sitk.GetPixelIDValueAsString(reader.GetPixelID())
    if reader.GetNumberOfComponents() != 1 or not re.fullmatch(REAL, kind):
        raise DataError(f"{path}: voxels must be single real numbers, got {kind}")
    if any(side != 1 for side in reader.GetSize()[3:]) or reader.GetDimension() < 3:
        raise DataError(f"{path}: must be 3-D, got shape {tuple(reader.GetSize())}")
    _check_bytes(path, files, math.prod(reader.GetSize()) * int(_bits(kind)) // 8)
    units = re.findall(r'"([^"]*)"', _field(path, "space units"))
    if set(units) - {"mm", "millimeter", "millimetre", ""}:
        raise DataError(f"{path}: the spatial unit must be mm, got {', '.join(units)}")
    x, y, z = reader.GetSize()[:3]
    affine, spacing = _affine(reader, path)
    return Header(path, (x, y, z), affine, spacing, _is_oriented(files[0]), reader)


def read_voxels(header: Header) -> np.ndarray:
    """Read the voxels of a volume.

    Returns:
        (X, Y, Z) of the file's own type.

    Raises:
        DataError: the file is damaged or shorter than its header announces.
    """
    import SimpleITK as sitk  # noqa: N813

    try:
        with standard_error_aside():
            image = header.reader.Execute()
    except (RuntimeError, MemoryError) as error:
        reason = one_line(error).rpartition("ERROR: ")[2]
        raise DataError(
            f"{header.path}: its voxels cannot be read by ITK: {reason:.200}"
        ) from error
    return sitk.GetArrayFromImage(image).T.reshape(header.shape)  # (Z, Y, X) to (X, Y, Z)


def _bits(kind: str) -> str:
    """Return how many bits a voxel has, by SimpleITK's name of its type."""
    found = re.search(r"(\d+)-bit", kind)
    return found[1] if found else "8"


def _field(path: Path, name: str) -> str:
    """Return a field of a NRRD's header, "" where there is none."""
    if path.suffix.lower() != ".nrrd":
        return ""
    found = re.search(rf"(?im)^{name}:(.*)$", header_text(path))
    return found[1] if found else ""


def _check_bytes(path: Path, files: list[Path], announced: int) -> None:
    """Check that the files can hold what the header announces, before memory is taken for it.

    ITK itself takes what is missing in the voxels of a pair for zeros.
    """
    with report_read_errors(path):
        held = sum(file.stat().st_size for file in files)
    pair = path.suffix.lower() in (".hdr", ".img")
    if pair:
        with report_read_errors(path):
            held = files[-1].stat().st_size
    if announced > held * (1 if pair else MOST_COMPRESSED):
        raise DataError(
            f"{path}: must hold the {announced} bytes that its header announces, got {held}"
        )


def _affine(reader: Any, path: Path) -> tuple[np.ndarray, tuple[float, float, float]]:
    dimension = reader.GetDimension()
    directions = np.array(reader.GetDirection()).reshape(dimension, dimension)[:3, :3]
    spacing = np.array(reader.GetSpacing()[:3])
    affine = np.eye(4)
    affine[:3, :3] = LPS_TO_RAS @ directions @ np.diag(spacing)
    affine[:3, 3] = LPS_TO_RAS @ np.array(reader.GetOrigin()[:3])
    if not np.isfinite(affine).all():
        raise DataError(f"{path}: the affine must be finite, got {affine[:3].tolist()}")
    low, high = VOXEL_SIZES
    if spacing.min() < low or spacing.max() > high:
        sizes = " x ".join(f"{size:g}" for size in spacing)
        raise DataError(
            f"{path}: voxel sizes must lie between {low:g} and {high:g} mm, got {sizes} mm"
        )
    if (shear := np.abs(directions.T @ directions - np.eye(3)).max()) > TOLERANCE:
        raise DataError(
            f"{path}: the voxel axes must be at right angles (cosine at most {TOLERANCE:g}), "
            f"got {shear:.3g}"
        )
    return affine, (float(spacing[0]), float(spacing[1]), float(spacing[2]))


def _is_oriented(path: Path) -> bool:
    """Return whether a file says how its axes lie in the body; ITK takes a default if not."""
    if path.suffix.lower() in FIELD_OF_ORIENTATION:
        return bool(re.search(FIELD_OF_ORIENTATION[path.suffix.lower()], header_text(path)))
    with report_read_errors(path), path.open("rb") as file:
        start = file.read(348)
    # A NIfTI header has this mark; before it, the codes of qform and sform. Analyze has neither.
    return start[344:347] == b"ni1" and any(start[252:256])
