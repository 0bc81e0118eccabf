"""The canonical direction of array axes, so that all volumes show the anatomy alike.

Canonical is the direction that ACDC files have, "LPS", for slices across the body: indices grow
towards the patient's left and back, and slices count upwards. Whatever axis counts slices comes
third and points left, back or up; the other two follow in the order left, back, and up or down:
in a plane, rows of a picture grow downwards.
"""

import numpy as np
from nibabel import orientations

from dscl_tf.config.data import SliceAxis

Orientation = tuple[tuple[int, int], ...]  # per native axis: its canonical axis, and 1 or -1
LEFT_BACK_UP = (-1, -1, 1)  # against nibabel's axes, which point right, anterior, superior
ANATOMICAL = {"sagittal": 0, "coronal": 1, "axial": 2}
UNCHANGED: Orientation = ((0, 1), (1, 1), (2, 1))
CLEARLY_COARSER = 1.5  # ratio of spacings from which on "auto" takes the coarsest axis


def canonical_orientation(affine: np.ndarray, slice_axis: SliceAxis = "auto") -> Orientation:
    """Return how an array is brought to the canonical direction.

    Args:
        affine: (4, 4), voxel index to mm.
        slice_axis: which of the file's axes counts slices; `config.Data` says what each means.

    Returns:
        Per file axis the canonical axis that it becomes, and 1 or -1.
    """
    native = [(int(axis), int(sign)) for axis, sign in orientations.io_orientation(affine)]
    through = _through_plane(affine, [axis for axis, _ in native], slice_axis)
    in_plane = sorted((axis, index) for index, (axis, _) in enumerate(native) if index != through)
    place = {index: position for position, (_, index) in enumerate(in_plane)} | {through: 2}
    towards = [LEFT_BACK_UP[axis] for axis, _ in native]
    for index, (axis, _) in enumerate(native):
        if axis == 2 and index != through:
            towards[index] = -1  # down
    return tuple((place[index], sign * towards[index]) for index, (_, sign) in enumerate(native))


def _through_plane(affine: np.ndarray, anatomical: list[int], slice_axis: SliceAxis) -> int:
    """Return the file axis that counts slices; `anatomical` is the body axis of each."""
    if slice_axis == "third":
        return 2
    if slice_axis == "auto":
        spacing = np.linalg.norm(affine[:3, :3], axis=0)
        coarsest = int(np.argmax(spacing))
        if spacing[coarsest] >= CLEARLY_COARSER * np.delete(spacing, coarsest).max():
            return coarsest
        return anatomical.index(ANATOMICAL["axial"])
    return anatomical.index(ANATOMICAL[slice_axis])


def to_canonical(array: np.ndarray, orientation: Orientation) -> np.ndarray:
    """Turn an array (X, Y, Z, ...) to the canonical direction, as a view."""
    return orientations.apply_orientation(array, orientation)


def from_canonical(array: np.ndarray, orientation: Orientation) -> np.ndarray:
    """Undo `to_canonical`, as a view."""
    back = orientations.ornt_transform(np.array(UNCHANGED), np.array(orientation))
    return orientations.apply_orientation(array, back)


def canonical_affine(
    affine: np.ndarray, shape: tuple[int, int, int], orientation: Orientation
) -> np.ndarray:
    """Return the affine of the canonical array, given the native one and its shape."""
    return affine @ orientations.inv_ornt_aff(orientation, shape)
