"""Images, masks and maps of any kind: a line for each thing that `ImageKind` can do.

With a layout of pictures a path is a PNG. Otherwise what lies there decides: a NIfTI file, or a
DICOM series, named by one of its files, or by its folder where that holds no other series; names
that end in .nrrd, .mha, .mhd, .hdr or .img are read by SimpleITK.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io import itk
from dscl_tf.data.io.channels import read_channels, read_channels_shape
from dscl_tf.data.io.dicom import is_series, series_of
from dscl_tf.data.io.kinds import PICTURES, kind_of, kind_of_file
from dscl_tf.data.io.volume import Volume
from dscl_tf.files import check_is_file, report_read_errors


def read_image(path: str | Path, data: Data, further: Sequence[str | Path] = ()) -> Volume:
    """Read a volume or a picture.

    Args:
        path: the file.
        data: how it is read.
        further: the files of the channels after the first, where each has its own.

    Raises:
        DataError: a file breaks a rule; see `nifti.read_image`, `read_series`, `read_picture`; or
            the channels do not lie on one grid.

    >>> import tempfile
    >>> import nibabel as nib
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.nii.gz")
    ...     nib.save(nib.Nifti1Image(np.arange(24.0).reshape(2, 3, 4), np.eye(4)), path)
    ...     image = read_image(path, data)
    >>> image.array.shape, image.array.dtype
    ((2, 3, 4), dtype('float32'))
    """
    if data.channels and len(data.channels) > 1:
        return read_channels([Path(path), *map(Path, further)], data)
    return kind_of(data).read_image(path, data)


def read_shape(
    path: str | Path, data: Data, further: Sequence[str | Path] = ()
) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of a volume from its headers alone, and check these.

    That of a picture is (H, W, 1). `further` is as in `read_image`.

    Raises:
        DataError: the headers break a rule.

    >>> import tempfile
    >>> import nibabel as nib
    >>> data = Data(classes={1: "heart"}, spacing=(2, 2), grid=(64, 64))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a.nii.gz")
    ...     nib.save(nib.Nifti1Image(np.arange(24.0).reshape(2, 3, 4), np.eye(4)), path)
    ...     read_shape(path, data)
    (2, 3, 4)
    """
    if data.channels and len(data.channels) > 1:
        return read_channels_shape([Path(path), *map(Path, further)], data)
    return kind_of(data).read_shape(path, data)


def read_mask(path: str | Path, image: Volume, data: Data) -> np.ndarray:
    """Read the label mask of `image`, a NIfTI file also where the image is DICOM.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `data.classes`; of a picture (H, W, 1).

    Raises:
        DataError: the mask breaks a rule, or does not fit the image.

    >>> import tempfile
    >>> image = Volume(np.ones((1, 2, 2)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, labels={7: 1}, spacing=(2, 2), grid=(64, 64))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nii.gz")
    ...     write_mask(path, np.array([[[0, 7], [7, 7]]], np.uint8), image)
    ...     read_mask(path, image, data)
    array([[[0, 1],
            [1, 1]]], dtype=uint8)
    """
    return kind_of(data).read_mask(path, image, data)


def read_written_mask(path: str | Path, image: Volume, classes: Mapping[int, str]) -> np.ndarray:
    """Read back what `write_mask` wrote, which may be all background.

    Returns:
        (X, Y, Z) uint8 class numbers, 0 or in `classes`.

    Raises:
        DataError: the mask breaks a rule, or does not fit the image.

    >>> import tempfile
    >>> image = Volume(np.ones((1, 2, 2)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nii.gz")
    ...     write_mask(path, np.zeros((1, 2, 2), np.uint8), image)
    ...     int(read_written_mask(path, image, {1: "heart"}).max())
    0
    """
    return kind_of_file(path).read_written_mask(path, image, classes)


def write_mask(path: str | Path, mask: np.ndarray, image: Volume) -> None:
    """Write a mask (X, Y, Z) uint8 of `image` as PNG or NIfTI, as the name's ending says.

    Raises:
        DataError: the ending or the mask's shape is wrong, or the disk is full or read-only.

    >>> import tempfile
    >>> image = Volume(np.ones((1, 2, 2)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nii.gz")
    ...     write_mask(path, np.ones((1, 2, 2), np.uint8), image)
    ...     int(read_written_mask(path, image, {1: "heart"}).sum())
    4
    """
    kind_of_file(path).write_mask(path, mask, image)


def write_map(path: str | Path, values: np.ndarray, image: Volume) -> None:
    """Write a map of values in [0, 1]: 32-bit NIfTI, or 16-bit PNG where 65535 stands for 1.

    Raises:
        DataError: as `write_mask` says.

    >>> import tempfile
    >>> import nibabel as nib
    >>> image = Volume(np.ones((1, 2, 2)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_map(Path(folder, "map.nii"), np.full((1, 2, 2), 0.5, np.float32), image)
    ...     float(nib.load(Path(folder, "map.nii")).get_fdata().max())
    0.5
    """
    kind_of_file(path).write_map(path, values, image)


def is_picture(path: str | Path) -> bool:
    """Return whether a path names a picture (PNG).

    >>> is_picture("street.PNG"), is_picture("scan.nii.gz")
    (True, False)
    """
    return kind_of_file(path) is PICTURES


def mask_ending(data: Data) -> str:
    """Return how the names of masks end.

    >>> from dscl_tf.config import load_config
    >>> mask_ending(load_config("acdc").data)
    '.nii.gz'
    """
    return kind_of(data).mask_ending


def sha256(path: str | Path) -> str:
    """Return the SHA-256 of a file, of a header and its voxels, or of the slices of a series.

    Raises:
        DataError: a file is missing, no regular file, or cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = Path(folder, "a.nii").write_bytes(b"the bytes of a file")
    ...     sha256(Path(folder, "a.nii"))[:16]
    '0f599b9451f725bf'
    """
    return sha256_of_files(files_of(path))


def files_of(path: str | Path) -> list[Path]:
    """Return the files that hold a volume: one, a header and its voxels, or a series' slices.

    Raises:
        DataError: a file is missing or no regular file.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     Path(folder, "a.nii").touch()
    ...     [path.name for path in files_of(Path(folder, "a.nii"))]
    ['a.nii']
    """
    path = Path(path)
    if itk.reads(path):
        return itk.files_of(path)
    if not path.is_dir():
        check_is_file(path, "a NIfTI file")
    if is_series(path):
        return [header.path for header in series_of(path).placement().slices]
    return [path]


def sha256_of_files(paths: Sequence[Path]) -> str:
    """Return the SHA-256 of files, one after the other.

    Raises:
        DataError: one cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = Path(folder, "a").write_bytes(b"the bytes of a file")
    ...     sha256_of_files([Path(folder, "a")])[:16]
    '0f599b9451f725bf'
    """
    digest = hashlib.sha256()
    for one in paths:
        with report_read_errors(one), one.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def stamp(path: str | Path) -> str:
    """Return a digest of size, time of change and inode of the files at `path`, without reading on.

    Of a series it covers all files of its folder.

    Raises:
        DataError: a file is missing, no regular file, or cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     size = Path(folder, "a.nii").write_bytes(b"the bytes of a file")
    ...     stamp(Path(folder, "a.nii")) == stamp(Path(folder, "a.nii"))
    True
    """
    file = Path(path)
    with report_read_errors(file):
        if itk.reads(path):
            files = itk.files_of(path)
        elif is_series(path):
            files = sorted((file if file.is_dir() else file.parent).iterdir())
        else:
            check_is_file(file, "a NIfTI file")
            files = [file]
        facts = [(one.name, *_facts(one)) for one in files]
    return hashlib.sha256(repr(facts).encode("utf-8", "surrogateescape")).hexdigest()


def last_change(path: str | Path) -> float:
    """Return when the files at `path` changed last, in seconds since 1970."""
    file = Path(path)
    files = [file, *file.parent.iterdir()] if is_series(path) or itk.reads(path) else [file]
    return max(one.stat().st_mtime for one in files)


def _facts(file: Path) -> tuple[int, int, int]:
    found = file.stat()
    return found.st_size, found.st_mtime_ns, found.st_ino
