"""What is in a folder: the place of every volume's voxels, and the labels of every mask."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import joblib
import numpy as np
from joblib import delayed
from nibabel.orientations import aff2axcodes

from dscl_tf.config import Data
from dscl_tf.data.grid import Geometry
from dscl_tf.data.io import Volume
from dscl_tf.data.io.headers import read_place, read_values
from dscl_tf.data.io.labels import ROUNDING
from dscl_tf.data.layouts import Case
from dscl_tf.data.notes import gathered_notes
from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.errors import DataError
from dscl_tf.planning.source import Source

logger = logging.getLogger(__name__)

MOST_VALUES = 1000  # a mask of more different values is none

Box = tuple[tuple[int, int], tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Scan:
    """A volume by its headers, and by all voxels of its mask.

    Attributes:
        case: its id and files.
        place: where its voxels lie; the array has one value everywhere.
        boxes: by value in the mask, the least and largest index along the file's axes X, Y, Z of
            the voxels that have it; empty without a mask.
        voxels: by value in the mask, the number of voxels that have it.
    """

    case: Case
    place: Volume
    boxes: dict[int, Box]
    voxels: dict[int, int]

    @property
    def id(self) -> str:
        """The volume's id."""
        return self.case.id

    @property
    def labelled(self) -> bool:
        """Whether it has a mask."""
        return self.case.mask is not None

    @property
    def orientation(self) -> str:
        """Where the file's axes point, such as "LPS"; "unknown" where the header does not say."""
        return "".join(aff2axcodes(self.place.affine)) if self.place.oriented else "unknown"

    def geometry(self, data: Data) -> Geometry:
        """Return what maps between its voxels and the training grid of `data`."""
        return Geometry.of(self.place, data)


@dataclass(frozen=True, eq=False)
class Fingerprint:
    """The volumes of a folder.

    Attributes:
        source: the folder.
        scans: its volumes, sorted by id.
    """

    source: Source
    scans: tuple[Scan, ...]

    @property
    def labelled(self) -> list[Scan]:
        """The volumes that have a mask."""
        return [scan for scan in self.scans if scan.labelled]

    def without(self, bad: Mapping[str, str]) -> "Fingerprint":
        """Return the fingerprint without some volumes, named by id with the reason."""
        kept = tuple(scan for scan in self.scans if scan.id not in bad)
        return Fingerprint(self.source.without(bad), kept)

    @property
    def values(self) -> dict[int, int]:
        """By value in the masks, the number of masks that hold it, in order of the values."""
        found = sorted({value for scan in self.scans for value in scan.boxes})
        return {value: sum(value in scan.boxes for scan in self.scans) for value in found}


def read_fingerprint(source: Source) -> tuple[Fingerprint, dict[str, str]]:
    """Read the headers of all volumes and all masks.

    Returns:
        the volumes that can be used; and by id the rule that another one breaks, such as that a
        mask fits its image and labels something.
    """
    data = source.data
    if (masks := source.masks) > 20:
        logger.info(f"reading {len(source.cases)} headers and {masks} masks")
    calls = (delayed(_read)(case, data) for case in source.cases)
    jobs = joblib.cpu_count()
    found = list(in_parallel(calls, len(source.cases), jobs, prefer="threads"))
    scans = tuple(one for one in found if isinstance(one, Scan))
    return Fingerprint(source, scans), errors_of(source.cases, found)


def errors_of(cases: Iterable[Case], found: Iterable[object]) -> dict[str, str]:
    """Return, by the ids of the cases, what is an error in what was found of them."""
    pairs = zip(cases, found, strict=True)
    return {case.id: str(one) for case, one in pairs if isinstance(one, DataError)}


def _read(case: Case, data: Data) -> Scan | DataError:
    try:
        place = read_place(case.image, data)
        if case.mask is None:
            return Scan(case, place, {}, {})
        with gathered_notes():  # told again when the volume is prepared
            values = read_values(case.mask, place, data)
        return Scan(case, place, *_boxes(values, str(case.mask)))
    except DataError as error:
        return error


def _boxes(values: np.ndarray, path: str) -> tuple[dict[int, Box], dict[int, int]]:
    """Return the box and the number of voxels of each value but 0."""
    other = values != 0
    if not other.any():
        raise DataError(
            f"{path}: a mask must label at least one voxel, got only background; remove it to use "
            "the volume as unlabelled"
        )
    inner = _extent(other)
    part = values[tuple(slice(low, high + 1) for low, high in inner)]
    if not np.isfinite(part).all() or np.abs(part - np.rint(part)).max() > ROUNDING:
        raise DataError(f"{path}: labels must be whole numbers, got others; is it an image?")
    part = np.rint(part)
    if part.min() < 0:
        raise DataError(f"{path}: labels must be at least 0, got {part.min():g}")
    found = np.unique(part)
    if len(found) > MOST_VALUES:
        raise DataError(
            f"{path}: a mask must hold labels, got {len(found)} values; is it an image?"
        )
    boxes: dict[int, Box] = {}
    voxels: dict[int, int] = {}
    for value in (int(one) for one in found if one):
        same = part == value
        voxels[value] = int(np.count_nonzero(same))
        x, y, z = (
            (low + first, low + last)
            for (low, _), (first, last) in zip(inner, _extent(same), strict=True)
        )
        boxes[value] = (x, y, z)
    return boxes, voxels


def _extent(where: np.ndarray) -> Box:
    """Return the least and largest index along each axis of the voxels that are True."""
    lines = (np.asarray(where.any(axis=others)) for others in ((1, 2), (0, 2), (0, 1)))
    x, y, z = map(_ends, lines)
    return x, y, z


def _ends(line: np.ndarray) -> tuple[int, int]:
    found = np.flatnonzero(line)
    return int(found[0]), int(found[-1])
