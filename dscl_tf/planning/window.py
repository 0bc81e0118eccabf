"""Spacing and grid: what the network sees of a slice, and how finely."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid import LabelCount, smallest_grid
from dscl_tf.errors import UsageError
from dscl_tf.planning.decision import Decision
from dscl_tf.planning.fingerprint import Box, Fingerprint, Scan
from dscl_tf.planning.samples import Sample
from dscl_tf.text import named

MULTIPLE = 32  # 2 to the number of the network's poolings
LONGEST = 1024  # pixels of a side
SQUARE = 0.1  # rows and columns whose spacings differ by less share one
MARGINS = ((50, 0.05), (10, 0.1), (0, 0.2))  # about the labels, by the number of masks

Pair = tuple[float, float]
Grid = tuple[int, int]


@dataclass(frozen=True)
class Needs:
    """What a window about the image's centre must hold, in mm along (rows, columns).

    Attributes:
        labels: every labelled voxel.
        organ: these and a margin, since the organ lies elsewhere in volumes without a mask.
        body: what is brighter than the background, in the volumes whose voxels were read.
    """

    labels: Pair
    organ: Pair
    body: Pair


def decide_window(
    fingerprint: Fingerprint,
    samples: Sequence[Sample],
    axis: str,
    pixels: int,
    *,
    spacing: Pair | None = None,
    grid: Grid | None = None,
) -> list[Decision]:
    """Decide on `data.spacing` and `data.grid`.

    Args:
        fingerprint: the folder.
        samples: the volumes whose voxels were read.
        axis: the slice axis.
        pixels: the most pixels of a slice.
        spacing: the spacing, where the user has chosen it.
        grid: the grid, likewise.

    Raises:
        UsageError: the chosen spacing is not positive, or so small that a planned grid would be
            longer than 1024 pixels; or the chosen grid is no multiple of 32 or cuts off labelled
            voxels.
    """
    if spacing and not all(0 < side < math.inf for side in spacing):
        raise UsageError(f"`spacing`: must be above 0 and finite, got {list(spacing)}")
    if grid and any(side < 1 or side % MULTIPLE for side in grid):
        raise UsageError(f"`grid`: both sides must be multiples of {MULTIPLE}, got {list(grid)}")
    data = fingerprint.source.data.model_copy(update={"slice_axis": axis})
    needs = _needs(fingerprint, samples, data)
    native = native_spacing(fingerprint.scans, data)
    if spacing and not grid:
        _check_length(needs.organ, spacing, data.unit)
    wanted = _wanted(needs, spacing or native, math.inf if spacing else pixels)
    chosen, fine = _fit(wanted, spacing or native, math.inf if spacing else pixels, grid)
    final = spacing or fine
    chosen = grid or _towards(needs.body, final, chosen, pixels)
    chosen = _holding(fingerprint, data, final, chosen, fixed=grid is not None)
    unit = data.unit
    own = "As you chose. " if grid else ""
    bound = f"{pixels} pixels, which this machine trains in minutes"
    reason = "the grid that you chose" if grid else bound
    told = _why_grid(fingerprint, needs, final, chosen, unit)
    return [
        Decision("data.spacing", list(final), _why_spacing(native, final, spacing, reason, unit)),
        Decision("data.grid", list(chosen), f"{own}{told}"),
    ]


def native_spacing(scans: Sequence[Scan], data: Data) -> Pair:
    """Return the median spacing within slices; one for both sides where they are alike."""
    found = np.median([scan.geometry(data).plane_spacing for scan in scans], axis=0)
    if abs(found[0] / found[1] - 1) < SQUARE:
        found = np.repeat(found.mean(), 2)
    return _rounded(float(found[0])), _rounded(float(found[1]))


def _needs(fingerprint: Fingerprint, samples: Sequence[Sample], data: Data) -> Needs:
    labelled = [
        _extent(scan, box, data) for scan in fingerprint.scans for box in scan.boxes.values()
    ]
    bodies = [_extent(sample.scan, sample.body, data) for sample in samples]
    whole = _largest([_extent(scan, _all_of(scan), data) for scan in fingerprint.scans])
    body = _largest([*labelled, *bodies])
    if not labelled:
        return Needs((0.0, 0.0), body, body)
    labels = _largest(labelled)
    margin = next(m for least, m in MARGINS if len(fingerprint.labelled) >= least)
    organ = tuple(
        max(low, min(low * (1 + margin), high)) for low, high in zip(labels, whole, strict=True)
    )
    return Needs(labels, (organ[0], organ[1]), body)


def _all_of(scan: Scan) -> Box:
    x, y, z = scan.place.array.shape
    return (0, x - 1), (0, y - 1), (0, z - 1)


def _largest(extents: Sequence[Pair]) -> Pair:
    return max(one[0] for one in extents), max(one[1] for one in extents)


def _extent(scan: Scan, box: Box, data: Data) -> Pair:
    """Return the sides in mm of the smallest window about the centre that holds a box."""
    sides = {}
    geometry = scan.geometry(data)
    for file_axis, (canonical, _) in enumerate(geometry.orientation):
        centre = (scan.place.array.shape[file_axis] - 1) / 2
        low, high = box[file_axis]
        reach = max(centre - low, high - centre) + 0.5
        sides[canonical] = 2 * reach * scan.place.spacing[file_axis]
    return sides[0], sides[1]


def _wanted(needs: Needs, spacing: Pair, pixels: float) -> Pair:
    """Return the body where it fits at this spacing, else the organ."""
    rows, columns = (_side(n, s) for n, s in zip(needs.body, spacing, strict=True))
    return needs.body if rows * columns <= pixels else needs.organ


def _side(need: float, spacing: float) -> int:
    """Return the least number of pixels, a multiple of 32, that hold so many mm."""
    return math.ceil(need / spacing / MULTIPLE) * MULTIPLE


def _check_length(need: Pair, spacing: Pair, unit: str) -> None:
    if any(n / s > LONGEST for n, s in zip(need, spacing, strict=True)):
        least = _rounded(need[0] / LONGEST), _rounded(need[1] / LONGEST)
        raise UsageError(
            f"`spacing`: must be {_times(least)} {unit} or more, at which {LONGEST} x {LONGEST} "
            f"pixels hold the {_times(need)} {unit} that are needed, got {_times(spacing)}; or "
            "name a smaller window by `grid`"
        )


def _fit(need: Pair, spacing: Pair, pixels: float, given: Grid | None) -> tuple[Grid, Pair]:
    """Return the grid, and the finest spacing from `spacing` upwards, that hold `need`."""
    sides = range(MULTIPLE, LONGEST + 1, MULTIPLE)
    least = MULTIPLE * MULTIPLE
    grids = [g for g in itertools.product(sides, sides) if g[0] * g[1] <= max(pixels, least)]

    def coarseness(grid: Grid) -> float:
        return max(1.0, need[0] / (grid[0] * spacing[0]), need[1] / (grid[1] * spacing[1]))

    grid = given or min(grids, key=lambda one: (round(coarseness(one), 3), one[0] * one[1]))
    factor = coarseness(grid)
    if factor == 1:
        return grid, spacing
    return grid, (_rounded(spacing[0] * factor), _rounded(spacing[1] * factor))


def _rounded(value: float) -> float:
    """Return a spacing of four digits, rounded up."""
    digits = 3 - math.floor(math.log10(value))
    return math.ceil(round(value * 10**digits, 6)) / 10**digits


def _towards(body: Pair, spacing: Pair, grid: Grid, pixels: int) -> Grid:
    """Return a grid that shows more of the body, as far as the pixels allow."""
    most = [max(g, min(_side(n, s), LONGEST)) for g, n, s in _zip(grid, body, spacing)]
    ways = itertools.product(
        range(grid[0], most[0] + 1, MULTIPLE), range(grid[1], most[1] + 1, MULTIPLE)
    )

    def shown(one: Grid) -> float:
        return math.prod(min(1.0, side * s / n) for side, n, s in _zip(one, body, spacing))

    allowed = [one for one in ways if one[0] * one[1] <= pixels]
    return max(allowed, key=lambda one: (round(shown(one), 3), -one[0] * one[1]), default=grid)


def _zip(grid: Grid, need: Pair, spacing: Pair) -> list[tuple[int, float, float]]:
    return list(zip(grid, need, spacing, strict=True))


def _holding(
    fingerprint: Fingerprint, data: Data, spacing: Pair, grid: Grid, *, fixed: bool
) -> Grid:
    """Return the grid, enlarged where labelled voxels would be cut off.

    Raises:
        UsageError: they would, and the grid is fixed.
    """
    window = data.model_copy(update={"spacing": spacing, "grid": grid})
    least: list[Grid] = []
    cut = []
    for scan in fingerprint.scans:
        if not scan.boxes:
            continue
        counts = [_count(scan, box, window) for box in scan.boxes.values()]
        needed = smallest_grid(scan.geometry(window), counts, MULTIPLE)
        least.append(needed)
        if needed[0] > grid[0] or needed[1] > grid[1]:
            cut.append(scan.id)
    if not cut:
        return grid
    rows, columns = (max(one[side] for one in [grid, *least]) for side in (0, 1))
    if fixed:
        raise UsageError(
            f"`grid`: must hold every labelled voxel, got {grid[0]} x {grid[1]} pixels of "
            f"{spacing[0]:g} x {spacing[1]:g} {data.unit}, which cut labels off in "
            f"{named(cut, 5)}; {rows} x {columns} would hold them, and so would a larger `spacing`"
        )
    return rows, columns


def _count(scan: Scan, box: Box, data: Data) -> LabelCount:
    """Return a box as `smallest_grid` takes it: in the canonical direction."""
    ends = {}
    for file_axis, (canonical, sign) in enumerate(scan.geometry(data).orientation):
        last = scan.place.array.shape[file_axis] - 1
        low, high = box[file_axis]
        ends[canonical] = (low, high) if sign > 0 else (last - high, last - low)
    return LabelCount(label=1, native=1, in_window=1, rows=ends[0], columns=ends[1])


def _why_spacing(native: Pair, final: Pair, given: Pair | None, reason: str, unit: str) -> str:
    median = f"The median within slices is {_times(native)} {unit}"
    if given:
        return f"As you chose. {median}."
    if final == native:
        return f"{median}."
    factor = final[0] / native[0]
    return f"{median}; {factor:.2f} times that, so that the window fits into {reason}."


def _why_grid(fingerprint: Fingerprint, needs: Needs, spacing: Pair, grid: Grid, unit: str) -> str:
    window = (grid[0] * spacing[0], grid[1] * spacing[1])
    text = f"A window of {_times(window)} {unit} about the centre."
    if fingerprint.values:
        text += (
            f" It holds every labelled voxel of {len(fingerprint.labelled)} masks, which need "
            f"{_times(needs.labels)} {unit}."
        )
    if window[0] >= needs.body[0] and window[1] >= needs.body[1]:
        return f"{text} It holds the body of all volumes read ({_times(needs.body)} {unit})."
    return f"{text} The body, up to {_times(needs.body)} {unit}, is cut at the edges."


def _times(pair: Pair) -> str:
    return " x ".join(f"{value:.4g}" for value in pair)
