"""Images and masks out of the files that SimpleITK reads."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dscl_tf.config.data import NotFinite, Unlisted
from dscl_tf.data.io.itk.header import read_header, read_voxels
from dscl_tf.data.io.nifti.mask import placed_mask
from dscl_tf.data.io.volume import Volume, checked_intensities


def read_image(path: str | Path, not_finite: NotFinite = "error") -> Volume:
    """Read an image volume.

    Args:
        path: the file; of a header and its voxels either.
        not_finite: whether NaN and infinite voxels are an error or background.

    Raises:
        DataError: the file breaks a rule of `read_header`, or its values are not finite or all
            equal.

    >>> import tempfile
    >>> import SimpleITK as sitk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.nrrd")
    ...     sitk.WriteImage(sitk.GetImageFromArray(np.arange(24.0).reshape(4, 3, 2)), path)
    ...     read_image(path).array.shape  # SimpleITK counts axes in the other order
    (2, 3, 4)
    """
    header = read_header(path)
    array = np.ascontiguousarray(read_voxels(header), np.float32)
    array, replaced = checked_intensities(array, header.path, not_finite)
    return Volume(
        array,
        header.affine,
        header.spacing,
        header.path,
        header.oriented,
        not_finite=replaced,
    )


def read_shape(path: str | Path) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its header alone; errors as in `read_header`.

    >>> import tempfile
    >>> import SimpleITK as sitk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.mha")
    ...     sitk.WriteImage(sitk.GetImageFromArray(np.arange(24.0).reshape(4, 3, 2)), path)
    ...     read_shape(path)
    (2, 3, 4)
    """
    return read_header(path).shape


def read_mask(
    path: str | Path,
    image: Volume,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Unlisted = "error",
    *,
    may_be_empty: bool = False,
) -> np.ndarray:
    """Read the label mask of `image`; arguments, result and errors are those of NIfTI masks.

    >>> import tempfile
    >>> import SimpleITK as sitk
    >>> values = np.arange(4, dtype=np.uint8).reshape(1, 2, 2)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nrrd")
    ...     sitk.WriteImage(sitk.GetImageFromArray(values), path)
    ...     mask = read_mask(path, read_image(path), {1: "a", 2: "b"}, labels={1: 1, 2: 1, 3: 2})
    >>> mask[..., 0]
    array([[0, 1],
           [1, 2]], dtype=uint8)
    """
    header = read_header(path)
    return placed_mask(
        read_voxels(header),
        header.affine,
        header.path,
        image,
        {number: number for number in classes} if labels is None else labels,
        unlisted,
        may_be_empty=may_be_empty,
    )
