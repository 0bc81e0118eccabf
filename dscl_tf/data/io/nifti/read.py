"""NIfTI files: images and masks in, masks out. A file that breaks a rule is one `DataError`."""

import gzip
import math
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import nibabel as nib
import numpy as np
from nibabel import orientations
from nibabel.arrayproxy import ArrayProxy

from dscl_tf.config.data import Unlisted
from dscl_tf.data.io.labels import class_numbers
from dscl_tf.data.io.nifti_header import TOLERANCE, checked_affine, quiet
from dscl_tf.data.io.volume import Volume, check_intensities
from dscl_tf.errors import DataError, one_line
from dscl_tf.files import atomic_write


def read_image(path: str | Path, channel: int | None = None) -> Volume:
    """Read an image volume.

    Args:
        path: the file, 3-D, or 4-D (X, Y, Z, channels).
        channel: the one to read of a 4-D file, from 0; a 3-D file is read whole.

    Raises:
        DataError: the file is missing, unreadable or truncated; it is neither 3-D nor has the
            channel; its affine is not finite, singular, sheared, or not what another reader would
            take from the same header; or its values are not real, not finite or all equal.
    """
    path = Path(path)
    image = _open_image(path, channel)
    affine, spacing = checked_affine(image, path)
    array = _values(image, path, channel)
    check_intensities(array, path)
    oriented = bool(image.header["qform_code"] > 0 or image.header["sform_code"] > 0)
    return Volume(array, affine, spacing, path, oriented, image.header)


def read_shape(path: str | Path, channel: int | None = None) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its header alone; `channel` as in `read_image`.

    Raises:
        DataError: the file is missing or unreadable, or neither 3-D nor has the channel.
    """
    x, y, z = _open_image(Path(path), channel).shape[:3]
    return x, y, z


def read_mask(
    path: str | Path,
    image: Volume,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Unlisted = "error",
    *,
    may_be_empty: bool = False,
) -> np.ndarray:
    """Read the label mask of `image`, whose axes may stand in another order or direction.

    Args:
        path: the mask's file; a mask stored as float is fine where its values are integers.
        image: the volume it labels.
        classes: class number to name, without the background 0.
        labels: value in the file to class number; None where they are the same.
        unlisted: whether another whole number is an error or background.
        may_be_empty: whether it may be all background, as a predicted mask may; a drawn one is
            then nearly always a mistake.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `classes`, axes as those of the image.

    Raises:
        DataError: the file cannot be read as `read_image` says, its shape or affine differs from
            the image's, it holds a value that is no label, or it is empty.
    """
    path = Path(path)
    file = _open(path)
    affine, _ = checked_affine(file, path)
    turn = orientations.io_orientation(np.linalg.inv(image.affine) @ affine)
    shape = tuple(file.shape[axis] for axis in np.argsort(turn[:, 0]))
    if shape != image.array.shape:
        raise DataError(
            f"{path}: must have the shape of {image.path.name}, {image.array.shape}, got {shape}"
        )
    affine = affine @ orientations.inv_ornt_aff(turn, file.shape)
    difference = np.abs(affine - image.affine).max() / min(image.spacing)
    if difference > TOLERANCE:
        raise DataError(
            f"{path}: the affine must agree with that of {image.path.name} within {TOLERANCE:g} "
            f"of a voxel, got a difference of {difference:.3g}"
        )
    table = {number: number for number in classes} if labels is None else labels
    array = orientations.apply_orientation(_values(file, path), turn)
    mask = class_numbers(array, table, unlisted, path)
    if not may_be_empty and not mask.any():
        raise DataError(
            f"{path}: a mask must label at least one voxel, got only background; "
            "remove it to use the volume as unlabelled"
        )
    return mask


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


def _open_image(path: Path, channel: int | None) -> nib.Nifti1Image:
    image = _open(path, dimensions=(3, 4))
    if len(image.shape) == 3:
        return image
    channels = image.shape[3]
    if channel is None:
        raise DataError(
            f"{path}: must be 3-D, or data.channel must name one of its channels, "
            f"got shape {image.shape}"
        )
    if channel >= channels:
        raise DataError(f"{path}: must have a channel {channel} (data.channel), got {channels}")
    return image


def check_is_file(path: Path) -> None:
    """Raise a `DataError` unless `path` is a regular file: a pipe would be waited for."""
    if (found := _what_is_at(path)) != "a file":
        raise DataError(f"{path}: must be a NIfTI file, got {found}")


def _open(path: Path, dimensions: tuple[int, ...] = (3,)) -> nib.Nifti1Image:
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


def _values(image: nib.Nifti1Image, path: Path, channel: int | None = None) -> np.ndarray:
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
    except Exception as error:  # as in _open
        raise DataError(f"{path}: cannot be read as NIfTI: {one_line(error)}") from error
    raise DataError(
        f"{path}: must hold the {announced} bytes that its header announces for shape "
        f"{image.shape}, got {held}"
    )


def _byte_count(path: Path) -> int:
    """Count a file's bytes, unpacked, to its end, where gzip's checksum stands.

    nibabel stops at the last voxel, and makes room for all that the header announces.
    """
    with nib.openers.ImageOpener(str(path)) as file:
        return sum(len(chunk) for chunk in iter(lambda: file.read(1 << 20), b""))
