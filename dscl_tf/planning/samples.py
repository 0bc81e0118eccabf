"""The voxels of some volumes: intensities, the body's extent, and a coarse copy."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import joblib
import numpy as np
from joblib import delayed

from dscl_tf.config import Data
from dscl_tf.data.io import Volume, read_image
from dscl_tf.data.io.headers import read_values
from dscl_tf.data.notes import gathered_notes
from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.errors import DataError
from dscl_tf.planning.fingerprint import Box, Fingerprint, Scan, errors_of

MOST = 32  # volumes whose voxels are read
COARSE = 64  # voxels along an axis of a coarse copy, at most twice as many
RANKS = (0, 0.5, 1, 99, 99.5, 99.9, 100)
BODY = 0.1  # of the way from the 1st to the 99th percentile; brighter voxels count as the body
SHARE = 0.02  # of the voxels of a plane that must be brighter for the plane to show the body


@dataclass(frozen=True, eq=False)
class Sample:
    """The voxels of one volume.

    Attributes:
        scan: the volume.
        coarse: every n-th voxel along each axis.
        ranks: its intensities at the percentiles `RANKS`.
        body: the least and largest index of the body along the file's axes.
        not_finite: number of NaN or infinite voxels.
        organ: some intensities of labelled voxels; empty without a mask.
    """

    scan: Scan
    coarse: Volume
    ranks: dict[float, float]
    body: Box
    not_finite: int
    organ: np.ndarray


def read_samples(fingerprint: Fingerprint, most: int = MOST) -> tuple[list[Sample], dict[str, str]]:
    """Read some volumes: at most `most`, spread evenly over the labelled ones and the others.

    A quarter of them, or more where there are few others, is labelled. Of several channels the
    first alone is read.

    Returns:
        the samples; and by id the rule that another volume breaks.
    """
    chosen = _chosen(fingerprint.scans, most)
    reading = {} if fingerprint.source.data.pictures else {"not_finite": "background"}
    data = fingerprint.source.first_channel.model_copy(update=reading)
    calls = (delayed(_read)(scan, data) for scan in chosen)
    jobs = min(2, joblib.cpu_count())  # each holds a whole volume in memory
    found = list(in_parallel(calls, len(chosen), jobs, prefer="threads"))
    samples = [one for one in found if isinstance(one, Sample)]
    return samples, errors_of([scan.case for scan in chosen], found)


def _chosen(scans: Sequence[Scan], most: int) -> list[Scan]:
    labelled = [scan for scan in scans if scan.boxes]
    others = [scan for scan in scans if not scan.boxes]
    first = _spread(labelled, max(most // 4, most - len(others)))
    chosen = {scan.id for scan in (*first, *_spread(others, most - len(first)))}
    return [scan for scan in scans if scan.id in chosen]


def _spread(scans: Sequence[Scan], count: int) -> list[Scan]:
    places = np.linspace(0, len(scans) - 1, min(count, len(scans))).round().astype(int)
    return [scans[place] for place in places]


def _read(scan: Scan, data: Data) -> Sample | DataError:
    try:
        with gathered_notes():
            image = read_image(scan.case.image, data)
            organ = _organ(scan, image, data)
    except DataError as error:
        return error
    steps = [max(1, side // COARSE) for side in image.array.shape[:3]]
    array = image.array if image.array.ndim == 3 else image.array.mean(axis=-1)
    array = np.ascontiguousarray(array[:: steps[0], :: steps[1], :: steps[2]])
    x, y, z = (size * step for size, step in zip(image.spacing, steps, strict=True))
    coarse = replace(
        image,
        array=array,
        affine=image.affine @ np.diag([*steps, 1.0]),
        spacing=(x, y, z),
        header=None,
    )
    ranks = dict(zip(RANKS, map(float, np.percentile(array, RANKS)), strict=True))
    body = _body(array, ranks, steps, scan.place.array.shape)
    return Sample(scan, coarse, ranks, body, image.not_finite, organ)


def _organ(scan: Scan, image: Volume, data: Data) -> np.ndarray:
    if scan.case.mask is None or data.pictures:
        return np.empty(0, np.float32)
    labelled = image.array[read_values(scan.case.mask, scan.place, data) > 0]
    return labelled[:: max(1, len(labelled) // 10_000)]


def _body(
    array: np.ndarray, ranks: dict[float, float], steps: Sequence[int], shape: Sequence[int]
) -> Box:
    """Return the extent of what is brighter than the background, in voxels of the file."""
    bright = array > ranks[1] + BODY * (ranks[99] - ranks[1])
    ends = []
    for axis in range(3):
        line = bright.mean(axis=tuple(other for other in range(3) if other != axis)) > SHARE
        found = np.flatnonzero(line)
        first, last = (found[0], found[-1]) if len(found) else (0, len(line) - 1)
        step = steps[axis]
        ends.append((max(0, (first - 1) * step + 1), min(shape[axis] - 1, (last + 1) * step - 1)))
    x, y, z = ((int(low), int(high)) for low, high in ends)
    return x, y, z
