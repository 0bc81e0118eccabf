"""The order and place of the slices of a series, and the rules by which they are a volume."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from dscl_tf.data.io.dicom.file import Header
from dscl_tf.errors import DataError

SAME = 1e-4  # mm or cosine: entries that must agree among slices
SAME_DISTANCE = 0.01  # of the distance between slices
ROUNDING = 0.1  # of a step or a voxel's side: how far off a position may be written
COARSEST = 0.1  # mm: to which scanners round
RIGHT_ANGLE = 1e-3  # the largest cosine between two axes, as in NIfTI files
RAS_FROM_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])  # DICOM's axes point left, back and up


@dataclass(frozen=True, eq=False)
class Placement:
    """The slices of a series from first to last.

    Attributes:
        slices: their headers, in order.
        affine: (4, 4), index (column, row, slice) to mm (right, anterior, superior).
        spacing: mm from column to column, from row to row, from slice to slice.
    """

    slices: tuple[Header, ...]
    affine: np.ndarray
    spacing: tuple[float, float, float]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Number of (columns, rows, slices)."""
        columns, rows = (int(self.slices[0].numbers(name, 1)[0]) for name in ("Columns", "Rows"))
        return columns, rows, len(self.slices)


def place(files: Sequence[Header], name: str) -> Placement:
    """Order slices by position and check that they are a volume.

    Scanners round positions, some to 0.1 mm. So each slice may lie up to a tenth of a step above
    or below its place, first + i x step, and as far beside it as `_limit_beside` says.
    A series of one slice is as thick as its SliceThickness.

    Args:
        files: the headers of a series, in any order.
        name: the series, for messages.

    Raises:
        DataError: a slice has several frames or samples per pixel; size, pixel spacing or
            orientation differ among slices, or are missing; two slices share a position, one is
            missing, or they are not equally far apart or not above one another.
    """
    _check_kind(files)
    _check_alike(files, name)
    row_mm, column_mm = files[0].numbers("PixelSpacing", 2)  # from row to row, column to column
    directions = _directions(files[0])  # (2, 3): along a row, along a column
    normal = np.cross(*directions)
    positions = np.array([file.numbers("ImagePositionPatient", 3) for file in files])
    order = np.argsort(positions @ normal, kind="stable")
    slices, positions = tuple(files[index] for index in order), positions[order]
    if len(slices) == 1:
        step = normal * slices[0].numbers("SliceThickness", 1)[0]
    else:
        _check_distances(slices, positions, np.diff(positions @ normal), name)
        step = (positions[-1] - positions[0]) / (len(slices) - 1)
        limit = _limit_beside(min(row_mm, column_mm, float(np.linalg.norm(step))))
        step = _upright(step, len(slices), directions, limit, name)
        _check_stack(slices, positions, step, directions, limit, name)
    steps = np.column_stack([directions[0] * column_mm, directions[1] * row_mm, step])
    spacing = (column_mm, row_mm, float(np.linalg.norm(step)))
    if min(spacing) <= 0:
        raise DataError(f"{name}: voxels must have a size, got {spacing} mm")
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = steps, positions[0]
    return Placement(slices, RAS_FROM_LPS @ affine, spacing)


def _check_kind(files: Sequence[Header]) -> None:
    for file in files:
        for entry, what in (
            ("NumberOfFrames", "one slice: multi-frame files are not read"),
            ("SamplesPerPixel", "one value per pixel: colour is not read"),
        ):
            if file.values.get(entry, "1") not in ("", "1"):
                raise DataError(
                    f"{file.path}: must hold {what}, got {entry} {file.values[entry]:.80}"
                )


def _check_alike(files: Sequence[Header], name: str) -> None:
    for entry, count in (
        ("Rows", 1),
        ("Columns", 1),
        ("PixelSpacing", 2),
        ("ImageOrientationPatient", 6),
    ):
        first = files[0].numbers(entry, count)
        for file in files[1:]:
            if not np.allclose(file.numbers(entry, count), first, rtol=0, atol=SAME):
                raise DataError(
                    f"{name}: {entry} must be the same in every slice, got "
                    f"{files[0].values[entry]:.80} in {files[0].path.name} and "
                    f"{file.values[entry]:.80} in {file.path.name}"
                )


def _directions(file: Header) -> np.ndarray:
    entry = "ImageOrientationPatient"
    directions = np.array(file.numbers(entry, 6)).reshape(2, 3)
    if np.abs(directions @ directions.T - np.eye(2)).max() > RIGHT_ANGLE:
        raise DataError(
            f"{file.path}: {entry} must be two unit vectors at right angles, got "
            f"{file.values[entry]:.160}"
        )
    return directions / np.linalg.norm(directions, axis=1, keepdims=True)


def _check_distances(
    slices: Sequence[Header], positions: np.ndarray, distances: np.ndarray, name: str
) -> None:
    """Check that the distances (slices - 1,) from slice to slice along the normal are equal.

    Either each slice lies within `ROUNDING` of its place, or they differ by `SAME_DISTANCE`.
    """
    names = [file.path.name for file in slices]
    pairs = [f"{one} and {other}" for one, other in pairwise(names)]
    nearest = int(distances.argmin())
    if distances[nearest] <= SAME_DISTANCE * distances.max():
        raise DataError(
            f"{name}: slices must lie at different positions, got {pairs[nearest]} both at "
            f"{_mm(positions[nearest])} (a series over time or of several echoes is no volume)"
        )
    if _are_rounded(distances):
        return
    usual = np.sort(distances)[(len(distances) - 1) // 2]
    for index, distance in enumerate(distances):
        missing = round(distance / usual) - 1
        if missing > 0 and abs(distance - (missing + 1) * usual) <= SAME_DISTANCE * distance:
            first = positions[index] + np.diff(positions, axis=0)[index] / (missing + 1)
            raise DataError(
                f"{name}: no slice may be missing, got {missing} missing between {pairs[index]}, "
                f"{'the first ' if missing > 1 else ''}at {_mm(first)}"
            )
        if abs(distance - usual) > SAME_DISTANCE * usual:
            raise DataError(
                f"{name}: slices must be equally far apart within a tenth, got {distance:.4g} mm "
                f"between {pairs[index]} and {usual:.4g} mm elsewhere"
            )


def _are_rounded(distances: np.ndarray) -> bool:
    """Return whether positions are evenly spaced ones, rounded.

    Each lies within `ROUNDING` of a step of first + i x step; or, since the first and the last are
    rounded too, that near the best line, and within `COARSEST`.
    """
    heights = np.concatenate([[0.0], np.cumsum(distances)])
    index, step = np.arange(len(heights)), distances.mean()
    if np.abs(heights - index * step).max() <= ROUNDING * step:
        return True
    line = np.polyval(np.polyfit(index, heights, 1), index)
    return bool(np.abs(heights - line).max() <= min(COARSEST, ROUNDING * step))


def _limit_beside(side: float) -> float:
    """Return how far beside its place a slice may lie, in mm, given a voxel's smallest side.

    That is a tenth of the side, or a fifth where that is no more than `COARSEST`.
    """
    return max(ROUNDING * side, min(COARSEST, 2 * ROUNDING * side))


def _upright(
    step: np.ndarray, count: int, directions: np.ndarray, limit: float, name: str
) -> np.ndarray:
    """Check that the step from slice to slice is at right angles to the slices.

    A slant that shifts no slice by more than `limit` mm comes from rounding and is taken out.
    """
    beside = directions @ step
    slant = np.abs(beside).max() / np.linalg.norm(step)
    if slant <= RIGHT_ANGLE:
        return step
    if np.linalg.norm(beside) * (count - 1) <= limit:
        return step - beside @ directions
    raise DataError(
        f"{name}: slices must lie straight above one another (cosine at most {RIGHT_ANGLE:g}), "
        f"got {slant:.3g}, as of a tilted gantry"
    )


def _check_stack(
    slices: Sequence[Header],
    positions: np.ndarray,
    step: np.ndarray,
    directions: np.ndarray,
    limit: float,
    name: str,
) -> None:
    """Check that no slice is shifted beside the others by more than `limit` mm."""
    length = np.linalg.norm(step)
    expected = positions[0] + np.arange(len(slices))[:, None] * step
    shifts = np.linalg.norm((positions - expected) @ directions.T, axis=1)  # within the plane
    worst = int(shifts.argmax())
    if shifts[worst] > max(limit, SAME_DISTANCE * length):
        raise DataError(
            f"{name}: slices must lie straight above one another, got {slices[worst].path.name} "
            f"shifted by {shifts[worst]:.3g} mm"
        )


def _mm(position: np.ndarray) -> str:
    return f"({', '.join(f'{value:.6g}' for value in position)}) mm"
