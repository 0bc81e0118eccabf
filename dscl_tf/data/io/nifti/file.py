"""An open NIfTI file: whether it is one, and its voxels."""

import contextlib
import math
from pathlib import Path
from typing import cast

import nibabel as nib
import numpy as np
from nibabel.arrayproxy import ArrayProxy

from dscl_tf.data.io.nifti.header import quiet
from dscl_tf.errors import DataError, one_line
from dscl_tf.files import check_is_file

MARGIN = 1 << 24  # bytes that a file may hold before its voxels, and after them


def open_nifti(path: Path, dimensions: tuple[int, ...] = (3,)) -> nib.Nifti1Image:
    """Open a file; its voxels are not read yet.

    Args:
        path: the file.
        dimensions: how many axes it may have, not counting axes of length one behind these.

    Raises:
        DataError: it is missing, unreadable or no NIfTI file, or has other dimensions.
    """
    check_is_file(path, "a NIfTI file")
    try:
        with quiet():
            _check_offset(path)
            image = nib.load(path)
    except DataError:
        raise
    except Exception as error:  # nibabel passes on whatever gzip, struct and NumPy raise
        raise DataError(f"{path}: cannot be read as NIfTI: {one_line(error)}") from error
    if not isinstance(image, nib.Nifti1Image):
        raise DataError(f"{path}: must be a NIfTI file, got {type(image).__name__}")
    if len(shape_of(image, max(dimensions))) not in dimensions:
        raise DataError(f"{path}: must be 3-D, got shape {image.shape}")
    if min(image.shape) < 1:
        raise DataError(f"{path}: must hold a voxel along each axis, got shape {image.shape}")
    return image


def shape_of(image: nib.Nifti1Image, axes: int = 3) -> tuple[int, ...]:
    """Return the shape of an open file without its last axes of length one, beyond `axes`.

    Tools that write series over time give such axes to a single volume.
    """
    shape = image.shape
    while len(shape) > axes and shape[-1] == 1:
        shape = shape[:-1]
    return shape


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
        held = _byte_count(path, announced)
        if announced <= held <= announced + MARGIN:
            with quiet():
                if channel is not None and len(image.shape) > 3:
                    return proxy.reshape(shape_of(image, 4))[..., channel].astype(np.float32)
                voxels = image.get_fdata(caching="unchanged", dtype=np.float32)
                return voxels.reshape(shape_of(image))
    except Exception as error:  # as in open_nifti
        raise DataError(f"{path}: cannot be read as NIfTI: {one_line(error)}") from error
    raise DataError(
        f"{path}: must hold the {announced} bytes that its header announces for shape "
        f"{image.shape}, got {held}{' or more' if held > announced else ''}"
    )


def _check_offset(path: Path) -> None:
    """Check where the voxels begin: nibabel would read whatever a header announces before them.

    What is no NIfTI header is left to nibabel.
    """
    start = b""
    with contextlib.suppress(Exception), nib.openers.ImageOpener(str(path)) as file:
        start = file.read(540)
    for size, place, kind in ((348, 108, "f4"), (540, 168, "i8")):
        for order in "<>":
            if start[:4] == np.array(size, f"{order}i4").tobytes() and len(start) >= size:
                (offset,) = np.frombuffer(start, f"{order}{kind}", 1, place)
                if not 0 <= offset <= MARGIN:
                    raise DataError(
                        f"{path}: vox_offset must be at most {MARGIN} bytes, got {offset}"
                    )


def _byte_count(path: Path, announced: int) -> int:
    """Count a file's bytes, decompressed, up to its end, where gzip checks its checksum.

    nibabel itself stops at the last voxel and allocates whatever the header announces. Counting
    stops at `MARGIN` bytes more than are announced.
    """
    if path.suffix.lower() == ".nii":
        return min(path.stat().st_size, announced + MARGIN)
    count = 0
    with nib.openers.ImageOpener(str(path)) as file:
        while count <= announced + MARGIN and (chunk := file.read(1 << 20)):
            count += len(chunk)
    return count
