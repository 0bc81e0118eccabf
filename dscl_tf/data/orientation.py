"""The canonical direction of array axes, so that all volumes show the anatomy alike.

Canonical is the direction that ACDC files have, "LPS": indices grow towards the patient's left
and back, and slices count upwards. The slice axis always stays the third one: what changes is the
direction of each axis and the order of the two in-plane axes.
"""

import numpy as np
from nibabel import orientations

Orientation = tuple[tuple[int, int], ...]  # per native axis: its canonical axis, and 1 or -1
LPS = (-1, -1, 1)  # against nibabel's axes, which point right, anterior, superior
UNCHANGED: Orientation = ((0, 1), (1, 1), (2, 1))


def canonical_orientation(affine: np.ndarray) -> Orientation:
    """Return how an array with this (4, 4) affine is brought to the canonical direction."""
    native = [(int(axis), int(sign)) for axis, sign in orientations.io_orientation(affine)]
    rows_first = native[0][0] < native[1][0]
    canonical_axes = (0, 1, 2) if rows_first else (1, 0, 2)
    signs = [sign * LPS[axis] for axis, sign in native]
    return tuple(zip(canonical_axes, signs, strict=True))


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
