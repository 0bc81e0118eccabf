"""The series of a folder, and a series as a volume."""

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dscl_tf.config.data import NotFinite
from dscl_tf.data.io.dicom.file import Header, may_be_slice, read_header, read_pixels
from dscl_tf.data.io.dicom.placement import Placement, place
from dscl_tf.data.io.volume import Volume, checked_intensities
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors


@dataclass(frozen=True)
class Series:
    """The files of one folder that share a SeriesInstanceUID, in order of their names."""

    folder: Path
    uid: str
    files: tuple[Header, ...]

    @property
    def path(self) -> Path:
        """The first of its files, which stands for the series."""
        return self.files[0].path

    @property
    def number(self) -> str:
        """SeriesNumber, "" where there is none."""
        return self.files[0].values.get("SeriesNumber", "")

    @property
    def description(self) -> str:
        """SeriesDescription, "" where there is none."""
        return self.files[0].values.get("SeriesDescription", "")

    @property
    def label(self) -> str:
        """Number (or else UID) and description, for messages."""
        return f"series {self.number or self.uid} {self.description}".rstrip()

    def placement(self) -> Placement:
        """Return the slices in order, and where they lie.

        Raises:
            DataError: they are no volume, as `place` says.
        """
        return place(self.files, f"{self.folder} ({self.label})")


def is_series(path: str | Path) -> bool:
    """Return whether a path stands for a series: a folder, or one of its DICOM files."""
    path = Path(path)
    return path.is_dir() or (path.is_file() and may_be_slice(path))


def find_series(folder: Path) -> tuple[list[Series], int]:
    """List the series whose files lie in `folder` itself, by number.

    Returns:
        the series, and how many files clearly are no slices and were passed over.

    Raises:
        DataError: a file cannot be read, or a slice names no series.
    """
    with report_read_errors(folder):
        files = sorted(path for path in folder.iterdir() if path.is_file())
    slices = [path for path in files if may_be_slice(path)]
    groups: dict[str, list[Header]] = defaultdict(list)
    for path in slices:
        header = read_header(path)
        groups[_uid(header)].append(header)
    series = [Series(folder, uid, tuple(group)) for uid, group in groups.items()]
    series.sort(key=lambda one: (one.number.zfill(12), one.uid))
    return series, len(files) - len(slices)


def series_of(path: str | Path) -> Series:
    """Return the series of a DICOM file, or the only one of a folder.

    Raises:
        DataError: the folder holds no series or several, or a file of it cannot be read.
    """
    path = Path(path)
    if path.is_dir():
        found, _ = find_series(path)
    else:
        uid = _uid(read_header(path))
        found = [series for series in find_series(path.parent)[0] if series.uid == uid]
    if len(found) != 1:
        labels = ", ".join(series.label for series in found)
        raise DataError(f"{path}: must hold one DICOM series, got {labels or 'none'}")
    return found[0]


def read_series(path: str | Path, not_finite: NotFinite = "error") -> Volume:
    """Read a series as a volume.

    Its axes are columns, rows and slices. Slices are ordered by position, along the cross product
    of the directions of a row and of a column.

    Args:
        path: one of its files, or its folder where that holds no other series.
        not_finite: whether NaN and infinite voxels are an error or background.

    Raises:
        DataError: the slices are no volume, or the intensities break a rule; the message names the
            folder or the file, the rule and the value.
    """
    series = series_of(path)
    placement = series.placement()
    pixels = [read_pixels(header) for header in placement.slices]
    array = np.stack(pixels).T  # (slices, rows, columns) to (columns, rows, slices)
    array, replaced = checked_intensities(array, series.folder, not_finite)
    affine, spacing = placement.affine, placement.spacing
    return Volume(array, affine, spacing, series.folder, not_finite=replaced)


def _uid(header: Header) -> str:
    if not (uid := header.values.get("SeriesInstanceUID", "")):
        raise DataError(f"{header.path}: must name its series in SeriesInstanceUID, got none")
    return uid
