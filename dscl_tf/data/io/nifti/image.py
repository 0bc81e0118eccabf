"""Images out of NIfTI files."""

from pathlib import Path

import nibabel as nib

from dscl_tf.config.data import NotFinite
from dscl_tf.data.io.nifti.file import open_nifti, read_voxels, shape_of
from dscl_tf.data.io.nifti.header import checked_affine
from dscl_tf.data.io.volume import Volume, checked_intensities
from dscl_tf.errors import DataError


def read_image(
    path: str | Path, channel: int | None = None, not_finite: NotFinite = "error"
) -> Volume:
    """Read an image volume.

    Args:
        path: the file, 3-D, or 4-D (X, Y, Z, channels).
        channel: the one to read of a 4-D file, from 0; a 3-D file is read whole.
        not_finite: whether NaN and infinite voxels are an error or background.

    Raises:
        DataError: the file is missing, unreadable or truncated; it is neither 3-D nor has the
            channel; its affine is not finite, singular, sheared, or not what another reader would
            take from the same header; or its values are not real, not finite or all equal.

    >>> import tempfile
    >>> import numpy as np
    >>> stored = nib.Nifti1Image(np.arange(24.0).reshape(2, 3, 4), np.diag([2, 2, 8, 1]))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nib.save(stored, Path(folder, "a.nii.gz"))
    ...     image = read_image(Path(folder, "a.nii.gz"))
    >>> image.array.shape, image.spacing
    ((2, 3, 4), (2.0, 2.0, 8.0))
    """
    path = Path(path)
    image = open_image(path, channel)
    affine, spacing = checked_affine(image, path)
    array, replaced = checked_intensities(read_voxels(image, path, channel), path, not_finite)
    oriented = bool(image.header["qform_code"] > 0 or image.header["sform_code"] > 0)
    return Volume(array, affine, spacing, path, oriented, image.header, replaced)


def read_shape(path: str | Path, channel: int | None = None) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its header alone; `channel` as in `read_image`.

    Raises:
        DataError: the file is missing or unreadable, or neither 3-D nor has the channel.

    >>> import tempfile
    >>> import numpy as np
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     nib.save(nib.Nifti1Image(np.ones((2, 3, 4)), np.eye(4)), Path(folder, "a.nii"))
    ...     read_shape(Path(folder, "a.nii"))
    (2, 3, 4)
    """
    x, y, z = open_image(Path(path), channel).shape[:3]
    return x, y, z


def open_image(path: Path, channel: int | None) -> nib.Nifti1Image:
    """Open a file of three axes, or of four where `channel` is one of its channels.

    Raises:
        DataError: as `read_shape` says.
    """
    image = open_nifti(path, dimensions=(3, 4))
    if len(image.shape) == 3 or (channel is None and len(shape_of(image)) == 3):
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
