"""The canonical direction of array axes, so that all volumes show the anatomy alike.

The file's axis that counts slices becomes the third axis; the other two become rows and columns.
Axial slices come to "LPS", the direction of ACDC files: the row index grows to the patient's left,
the column index to the back, and slices count upwards. Coronal slices come to "LIP" and count
backwards; sagittal slices come to "PIR" and count to the right. All three are right-handed, so no
volume is shown mirrored.

The direction of an oblique volume follows from its angle to one fixed frame, not from the axes of
the body that are nearest, so that a small rotation in the scanner changes nothing:

- Slices count towards `COUNTING`. It lies near the direction from the apex to the base of the
  heart, so that short-axis stacks are far from the angles at which the order of slices reverses.
  A stack along an axis of the body may tilt by 34 degrees in any direction.
- The plane of a slice can be held in four ways. Rows and columns are those of the way that is
  nearest to a reference frame: the coronal frame, rotated by the shortest way to the slices.
  Slices may be rotated from it by 43 degrees in their plane, either way.

No rule is stable everywhere: a stack that is rotated by half a turn must be reversed at some angle.
This rule reverses where slices count at right angles to `COUNTING`, as in views along the heart's
long axis, or about halfway between up and front. Where no axis is clearly coarser, "auto" and the
named axes also change to another axis at about 45 degrees.
"""

from itertools import permutations

import numpy as np
from nibabel import orientations

from dscl_tf.config.data import SliceAxis

Orientation = tuple[tuple[int, int], ...]  # per native axis: its canonical axis, and 1 or -1
UNCHANGED: Orientation = ((0, 1), (1, 1), (2, 1))
CLEARLY_COARSER = 1.5  # ratio of spacings from which on "auto" takes the coarsest axis
# Directions in nibabel's frame: right, anterior, superior. They are slightly off the axes, and LEAN
# off zero: at an angle where a choice changes, rounding would decide, and a rotation by exactly 45
# degrees would be such an angle.
COUNTING = np.array([1.0, -1.03, 1.06])  # right, back, up
LEFT, BACK, DOWN = np.array([-1.0, 0, 0]), np.array([0, -1.0, 0]), np.array([0, 0, -1.0])
NORMAL = {
    "sagittal": np.array([1.0, -0.01, 0.02]),
    "coronal": np.array([0.02, -1.0, 0.01]),
    "axial": np.array([0.01, -0.02, 1.0]),
}
LEAN = 0.02  # radians


def canonical_orientation(affine: np.ndarray, slice_axis: SliceAxis = "auto") -> Orientation:
    """Return how the axes of an array are reordered and reversed to the canonical direction.

    Args:
        affine: (4, 4), voxel index to mm, with axes at right angles.
        slice_axis: which of the file's axes counts slices; `config.Data` says what each means.

    Returns:
        For each axis of the file the canonical axis that it becomes, and 1, or -1 where it is
        reversed.

    >>> canonical_orientation(np.diag([-1.5, -1.5, 8.0, 1.0]))  # "LPS" in the file
    ((0, 1), (1, 1), (2, 1))
    >>> canonical_orientation(np.diag([1.5, 1.5, 8.0, 1.0]))  # "RAS"
    ((0, -1), (1, -1), (2, 1))
    """
    spacing = np.linalg.norm(affine[:3, :3], axis=0)
    directions = (affine[:3, :3] / spacing).T  # (file axis, 3)
    through = _through_plane(directions, spacing, slice_axis)
    counting = 1 if directions[through] @ COUNTING > 0 else -1
    normal = counting * directions[through]
    wanted_row, wanted_column = _picture(normal)
    ways: list[tuple[float, Orientation]] = []
    for row, column in permutations({0, 1, 2} - {through}):
        for sign in (1, -1):
            along = sign * directions[row]
            across = np.cross(normal, along)  # right-handed
            handed = 1 if across @ directions[column] > 0 else -1
            places = {row: (0, sign), column: (1, handed), through: (2, counting)}
            likeness = float(along @ wanted_row + across @ wanted_column)
            ways.append((likeness, (places[0], places[1], places[2])))
    return max(ways)[1]


def _through_plane(directions: np.ndarray, spacing: np.ndarray, slice_axis: SliceAxis) -> int:
    """Return the file axis that counts slices."""
    if slice_axis == "third":
        return 2
    if slice_axis == "auto":
        coarsest = int(np.argmax(spacing))
        ratio = spacing[coarsest] / np.delete(spacing, coarsest).max()
        if round(ratio, 3) >= CLEARLY_COARSER:  # headers hold 32-bit numbers
            return coarsest
        slice_axis = "axial"
    return int(np.argmax(np.abs(directions @ NORMAL[slice_axis])))


def _picture(normal: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the directions of the row and column index, for slices that count along `normal`.

    They are those of the coronal frame, rotated by the shortest way from BACK to `normal`.
    """
    middle = BACK + normal  # never near zero: slices never count to the front
    row, column = (
        direction - (normal @ direction) / (1 + BACK @ normal) * middle
        for direction in (LEFT, DOWN)
    )
    return row + LEAN * column, column - LEAN * row


def to_canonical(array: np.ndarray, orientation: Orientation) -> np.ndarray:
    """Return a view of an array (X, Y, Z, ...) whose axes have the canonical direction.

    >>> array = np.arange(24).reshape(2, 3, 4)
    >>> orientation = canonical_orientation(np.diag([1.5, 1.5, 8.0, 1.0]))  # "RAS" in the file
    >>> np.array_equal(to_canonical(array, orientation), array[::-1, ::-1])
    True
    """
    return orientations.apply_orientation(array, orientation)


def from_canonical(array: np.ndarray, orientation: Orientation) -> np.ndarray:
    """Return a view that undoes `to_canonical`.

    >>> array = np.arange(24).reshape(2, 3, 4)
    >>> orientation = canonical_orientation(np.diag([8.0, 1.5, 1.5, 1.0]))  # sagittal slices
    >>> np.array_equal(from_canonical(to_canonical(array, orientation), orientation), array)
    True
    """
    back = orientations.ornt_transform(np.array(UNCHANGED), np.array(orientation))
    return orientations.apply_orientation(array, back)


def canonical_affine(
    affine: np.ndarray, shape: tuple[int, int, int], orientation: Orientation
) -> np.ndarray:
    """Return the affine of the canonical array, given the native one and its shape.

    >>> native = np.diag([1.5, 1.5, 8.0, 1.0])  # "RAS"
    >>> affine = canonical_affine(native, (2, 3, 4), canonical_orientation(native))
    >>> np.diag(affine), affine[:3, 3]  # rows and columns now count from the other end
    (array([-1.5, -1.5,  8. ,  1. ]), array([1.5, 3. , 0. ]))
    """
    return affine @ orientations.inv_ornt_aff(orientation, shape)
