"""Label masks out of NIfTI files, with the axes of the image they label."""

import itertools
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from nibabel import orientations

from dscl_tf.config.data import Unlisted
from dscl_tf.data.io.labels import class_numbers
from dscl_tf.data.io.nifti.file import open_nifti, read_voxels, shape_of
from dscl_tf.data.io.nifti.header import TOLERANCE, checked_affine
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.notes import note
from dscl_tf.errors import DataError

LARGEST_SHIFT = 0.1  # of a voxel, at the corners; a shift above TOLERANCE is told


def read_mask(
    path: str | Path,
    image: Volume,
    classes: Mapping[int, str],
    labels: Mapping[int, int] | None = None,
    unlisted: Unlisted = "error",
    *,
    may_be_empty: bool = False,
) -> np.ndarray:
    """Read the label mask of `image`; the file may store its axes in another order or direction.

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
        DataError: the file cannot be read as `read_image` says, its shape differs from the
            image's, a corner of the volume lies more than `LARGEST_SHIFT` of a voxel elsewhere
            than in the image, it holds a value that is no label, or it is empty.

    >>> import tempfile
    >>> from dscl_tf.data.io.nifti import write_mask
    >>> image = Volume(np.ones((2, 2, 1)), np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = Path(folder, "a_seg.nii")
    ...     write_mask(path, np.array([[[0], [2]], [[4], [4]]], np.uint8), image)
    ...     mask = read_mask(path, image, {1: "heart", 2: "aorta"}, labels={4: 1, 2: 2})
    >>> mask[..., 0]
    array([[0, 2],
           [1, 1]], dtype=uint8)
    """
    path = Path(path)
    file = open_nifti(path)
    affine, _ = checked_affine(file, path)
    turn = _turn_to_image(affine, shape_of(file), path, image)
    table = {number: number for number in classes} if labels is None else labels
    return _mask(read_voxels(file, path), turn, path, table, unlisted, may_be_empty)


def placed_values(array: np.ndarray, affine: np.ndarray, path: Path, image: Volume) -> np.ndarray:
    """Return what was read of a mask in any format with its axes as those of the image.

    Args:
        array: (X, Y, Z), the values in the file.
        affine: (4, 4), voxel index of the file to mm.
        path: the file, for messages.
        image: the volume it labels.

    Raises:
        DataError: shape or place are not those of the image.
    """
    return orientations.apply_orientation(array, _turn_to_image(affine, array.shape, path, image))


def placed_mask(
    array: np.ndarray,
    affine: np.ndarray,
    path: Path,
    image: Volume,
    labels: Mapping[int, int],
    unlisted: Unlisted,
    *,
    may_be_empty: bool = False,
) -> np.ndarray:
    """Do what `read_mask` does with what was read of a mask in any format.

    Args:
        array: (X, Y, Z), the values in the file.
        affine: (4, 4), voxel index of the file to mm.
        path: the file, for messages.
        image: the volume it labels.
        labels: value in the file to class number.
        unlisted: whether another whole number is an error or background.
        may_be_empty: whether it may be all background.
    """
    turn = _turn_to_image(affine, array.shape, path, image)
    return _mask(array, turn, path, labels, unlisted, may_be_empty)


def _mask(
    array: np.ndarray,
    turn: np.ndarray,
    path: Path,
    labels: Mapping[int, int],
    unlisted: Unlisted,
    may_be_empty: bool,
) -> np.ndarray:
    array = orientations.apply_orientation(array, turn)
    mask = class_numbers(array, labels, unlisted, path)
    if not may_be_empty and not mask.any():
        raise DataError(
            f"{path}: a mask must label at least one voxel, got only background; "
            "remove it to use the volume as unlabelled"
        )
    return mask


def _turn_to_image(
    affine: np.ndarray, stored: tuple[int, ...], path: Path, image: Volume
) -> np.ndarray:
    """Return nibabel's orientation (3, 2) that brings the mask's axes to those of the image."""
    turn = orientations.io_orientation(np.linalg.inv(image.affine) @ affine)
    shape = tuple(stored[axis] for axis in np.argsort(turn[:, 0]))
    if shape != image.array.shape[:3]:
        wanted = image.array.shape[:3]
        raise DataError(f"{path}: must have the shape of {image.path.name}, {wanted}, got {shape}")
    affine = affine @ orientations.inv_ornt_aff(turn, stored)
    shift = _shift_of_corners(affine, image)
    if not shift <= LARGEST_SHIFT:
        raise DataError(
            f"{path}: the affine must agree with that of {image.path.name} within "
            f"{LARGEST_SHIFT:g} of a voxel at the volume's corners, got a shift of {shift:.3g}"
        )
    if shift > TOLERANCE:
        note(
            f"{path}: taken as on the grid of {image.path.name}, whose corners lie {shift:.2g} of "
            "a voxel elsewhere"
        )
    return turn


def _shift_of_corners(affine: np.ndarray, image: Volume) -> float:
    """Return how far any corner of an image moves under another affine, in its voxels' sides."""
    sides = [(0, side - 1) for side in image.array.shape[:3]]
    corners = np.array([(*corner, 1) for corner in itertools.product(*sides)])  # (8, 4)
    # the difference first: the corners of a distant origin would lose their digits
    moved = np.linalg.solve(image.affine[:3, :3], (affine - image.affine)[:3] @ corners.T)
    return float(np.abs(moved).max())
