"""Input that is unlike the volumes that a network was trained on, of which a mask may be worthless.

A run records the ranges of its store (`training_ranges` in run.json). What lies outside them by
more than a quarter is told; runs of version 0.1 record none, and nothing is said.
"""

from collections.abc import Sequence

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid import Geometry
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store.ranges import Ranges, recorded_ranges
from dscl_tf.runs.run import Run

MARGIN = 1.25  # how many times a length or a count may be outside the range
LEAST_FILLED = 0.05  # of a fixed `data.intensity_range`, by the middle 98% of the voxels


def training_ranges(runs: Sequence[Run]) -> Ranges | None:
    """Return the ranges of what runs were trained on; of several, those that hold all of theirs.

    None where no run records them.
    """
    found = [ranges for run in runs if (ranges := recorded_ranges(run.record))]
    if not found:
        return None
    ends = {
        name: (
            min(getattr(ranges, name)[0] for ranges in found),
            max(getattr(ranges, name)[1] for ranges in found),
        )
        for name in Ranges.model_fields
    }
    return Ranges(**ends)


def unlike(volume: Volume, data: Data, ranges: Ranges | None) -> list[str]:
    """Return in what a volume is unlike those of training, as phrases for a person.

    ::

        ranges = training_ranges(runs)
        for phrase in unlike(read_image(path, data), data, ranges):
            print(f"{path}: unlike the training volumes: {phrase}")

    Args:
        volume: as `read_image` gives it.
        data: how the training volumes were read.
        ranges: of the training volumes; None says nothing.
    """
    if ranges is None:
        return []
    geometry, unit = Geometry.of(volume, data), data.unit
    sides = zip(geometry.plane, geometry.plane_spacing, strict=True)
    view = [count * size for count, size in sides]
    phrases = [
        _outside(f"pixels of {{}} {unit}", geometry.plane_spacing, ranges.pixel),
        _outside(f"a field of view of {{}} {unit}", view, ranges.field_of_view),
    ]
    if not data.pictures:
        phrases += [
            _outside("slices every {} mm", [geometry.slice_spacing], ranges.slice_spacing),
            _outside("{} slices", [geometry.depth], ranges.slices),
        ]
    return [phrase for phrase in (*phrases, _intensities(volume, data, ranges)) if phrase]


def _outside(words: str, values: Sequence[float], ends: tuple[float, float]) -> str:
    """Return what lies outside a range and its margin, "" where nothing does."""
    if all(ends[0] / MARGIN <= value <= ends[1] * MARGIN for value in values):
        return ""
    told = " x ".join(f"{value:.4g}" for value in dict.fromkeys(values))
    return f"{words.format(told)} ({_span(ends)} in training)"


def _intensities(volume: Volume, data: Data, ranges: Ranges) -> str:
    """Say that intensities are of another scale, "" where they are not."""
    if data.pictures:
        return ""
    shares = (1.0, 99.0) if data.intensity_range else data.percentiles
    low, high = (float(value) for value in np.percentile(volume.array, shares))
    least, most = data.intensity_range or ranges.intensities
    told = f"intensities {low:.4g} to {high:.4g}"
    if data.intensity_range:
        filled = min(high, most) - max(low, least)
        if filled >= LEAST_FILLED * (most - least):
            return ""
        return f"{told} (data.intensity_range is {least:g} to {most:g})"
    width = ranges.contrast[1]
    if least - width / 2 <= low and high <= most + width / 2:
        return ""
    return f"{told} ({_span((least, most))} in training)"


def _span(ends: tuple[float, float]) -> str:
    return f"{ends[0]:.4g}" if ends[0] == ends[1] else f"{ends[0]:.4g} to {ends[1]:.4g}"
