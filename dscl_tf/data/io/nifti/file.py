"""An open NIfTI file: whether it is one, and its voxels."""

import math
import stat
from pathlib import Path
from typing import cast

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy

from dscl_tf.data.io.nifti.header import quiet
from dscl_tf.errors import DataError, one_line


def check_is_file(path: Path, kind: str = "a NIfTI file") -> None:
    """Raise a `DataError` unless `path` is a regular file; reading a pipe would never end."""
    if (found := _what_is_at(path)) != "a file":
        raise DataError(f"{path}: must be {kind}, got {found}")


def open_nifti(path: Path, dimensions: tuple[int, ...] = (3,)) -> nib.Nifti1Image:
    """Open a file; its voxels are not read yet.

    Args:
        path: the file.
        dimensions: how many axes it may have.

    Raises:
        DataError: it is missing, unreadable or no NIfTI file, or has other dimensions.
    """
    check_is_file(path)
    try:
        with quiet():
            image = nib.load(path)
    except Exception as error:  # nibabel passes on whatever gzip, struct and NumPy raise
        raise DataError(f"{path}: cannot be read as NIfTI: {one_line(error)}") from error
    if not isinstance(image, nib.Nifti1Image):
        raise DataError(f"{path}: must be a NIfTI file, got {type(image).__name__}")
    if len(image.shape) not in dimensions:
        raise DataError(f"{path}: must be 3-D, got shape {image.shape}")
    if min(image.shape) < 1:
        raise DataError(f"{path}: must hold a voxel along each axis, got shape {image.shape}")
    return image


def read_voxels(image: nib.Nifti1Image, path: Path, channel: int | None = None) -> np.ndarray:
    """Read the voxels of an open file, or one channel of a 4-D file.

    Returns:
        (X, Y, Z) float32, the header's scaling applied.

    Raises:
        DataError: the file is truncated or damaged, or its values are not real numbers.
    """
    if (kind := image.get_data_dtype()).kind not in "iuf":
        raise DataError(f"{path}: voxels must be real numbers, got {kind}")
    proxy = cast(ArrayProxy, image.dataobj)
    announced = proxy.offset + math.prod(image.shape) * kind.itemsize
    try:
        held = _byte_count(path)
        if held >= announced:
            with quiet():
                if len(image.shape) == 4:
                    return proxy[..., channel].astype(np.float32)
                return image.get_fdata(caching="unchanged", dtype=np.float32)
    except Exception as error:  # as in open_nifti
        raise DataError(f"{path}: cannot be read as NIfTI: {one_line(error)}") from error
    raise DataError(
        f"{path}: must hold the {announced} bytes that its header announces for shape "
        f"{image.shape}, got {held}"
    )


def _what_is_at(path: Path) -> str:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if path.is_symlink():
            return f"a link to {path.readlink()} that leads nowhere"
        return "no such file" if isinstance(error, FileNotFoundError) else one_line(error)
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a file" if stat.S_ISREG(mode) else "a device or pipe"


def _byte_count(path: Path) -> int:
    """Count a file's bytes, decompressed, up to its end, where gzip checks its checksum.

    nibabel itself stops at the last voxel and allocates whatever the header announces.
    """
    with nib.openers.ImageOpener(str(path)) as file:
        return sum(len(chunk) for chunk in iter(lambda: file.read(1 << 20), b""))
