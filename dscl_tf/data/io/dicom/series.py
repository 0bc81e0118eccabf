"""The series of a folder, and a series as a volume."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dscl_tf.config.data import NotFinite
from dscl_tf.data.io.dicom.file import (
    Header,
    are_copies,
    is_capture,
    may_be_slice,
    read_header,
    read_pixels,
)
from dscl_tf.data.io.dicom.placement import Placement, place
from dscl_tf.data.io.volume import Volume, checked_intensities
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors
from dscl_tf.text import counted, printable

NO_SLICES = "that hold no DICOM slices"
CAPTURES = "that are colour images or secondary captures, such as dose reports"
COPIES = "that are copies of others"
OF_ONE = {
    NO_SLICES: "that holds no DICOM slices",
    CAPTURES: "that is a colour image or a secondary capture, such as a dose report",
    COPIES: "that is a copy of another",
}


@dataclass(frozen=True)
class Series:
    """The files of one folder that share a SeriesInstanceUID, in order of their names."""

    folder: Path
    uid: str
    files: tuple[Header, ...]

    @property
    def path(self) -> Path:
        """The first of its files; it stands for the series."""
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
    def patient(self) -> str:
        """PatientID, "" where there is none."""
        return self.files[0].values.get("PatientID", "")

    @property
    def label(self) -> str:
        """Number (or else UID) and description, for messages."""
        return printable(f"series {self.number or self.uid} {self.description}".rstrip(), 160)

    def placement(self) -> Placement:
        """Return the slices in order, and where they lie.

        Raises:
            DataError: they are no volume, as `place` says.
        """
        return place(self.files, f"{self.folder} ({self.label})")


def is_series(path: str | Path) -> bool:
    """Return whether a path stands for a series: a folder, or one of its DICOM files.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     is_series(folder), is_series(Path(folder, "missing.dcm"))
    (True, False)
    """
    path = Path(path)
    return path.is_dir() or (path.is_file() and may_be_slice(path))


def find_series(folder: Path) -> tuple[list[Series], Counter[str]]:
    """List the series whose files lie in `folder` itself, by number.

    Returns:
        the series, and how many files were passed over: `NO_SLICES`, `CAPTURES`, `COPIES`.

    Raises:
        DataError: a file cannot be read, or a slice names no series.

    >>> import shutil
    >>> import tempfile
    >>> from pydicom.data import get_testdata_file  # a slice that comes with pydicom
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = shutil.copy(get_testdata_file("CT_small.dcm"), folder)
    ...     note = Path(folder, "notes.txt").write_text("no slice")
    ...     series, passed_over = find_series(Path(folder))
    >>> [one.number for one in series], dict(passed_over)
    (['1'], {'that hold no DICOM slices': 1})
    """
    with report_read_errors(folder):
        files = sorted(path for path in folder.iterdir() if not path.is_dir())
    passed_over: Counter[str] = Counter()
    groups: dict[str, list[Header]] = defaultdict(list)
    for path in files:
        header = read_header(path) if path.is_file() and may_be_slice(path) else None
        if header is None:
            passed_over[NO_SLICES] += 1
        elif is_capture(header):
            passed_over[CAPTURES] += 1
        else:
            groups[_uid(header)].append(header)
    for uid, group in groups.items():
        groups[uid] = _without_copies(group)
        passed_over[COPIES] += len(group) - len(groups[uid])
    series = [Series(folder, uid, tuple(group)) for uid, group in groups.items()]
    series.sort(key=lambda one: (one.number.zfill(12), one.uid))
    return series, +passed_over


def series_of(path: str | Path) -> Series:
    """Return the series of a DICOM file, or the only one of a folder.

    Raises:
        DataError: the folder holds no series or several, or a file of it cannot be read.

    >>> import shutil
    >>> import tempfile
    >>> from pydicom.data import get_testdata_file  # a slice that comes with pydicom
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = shutil.copy(get_testdata_file("CT_small.dcm"), folder)
    ...     series = series_of(folder)
    >>> series.number, len(series.files), series.path.name
    ('1', 1, 'CT_small.dcm')
    """
    path = Path(path)
    if path.is_dir():
        found, passed_over = find_series(path)
    elif is_capture(header := read_header(path)):
        found, passed_over = [], Counter({CAPTURES: 1})
    else:
        found, _ = find_series(path.parent)
        found = [series for series in found if series.uid == _uid(header)]
        passed_over = Counter()
    if len(found) != 1:
        got = ", ".join(series.label for series in found) or f"none{told(passed_over)}"
        raise DataError(f"{path}: must hold one DICOM series, got {got}")
    return found[0]


def told(passed_over: Counter[str]) -> str:
    """Return what was passed over of a folder without a series, for the end of a message.

    >>> told(Counter({NO_SLICES: 2}))
    ' (2 files that hold no DICOM slices)'
    """
    parts = [files_told(count, reason) for reason, count in passed_over.items()]
    return f" ({'; '.join(parts)})" if parts else ""


def files_told(count: int, reason: str) -> str:
    """Return how many files were passed over, and why.

    >>> files_told(1, COPIES), files_told(2, COPIES)
    ('1 file that is a copy of another', '2 files that are copies of others')
    """
    return counted(count, f"file {OF_ONE[reason]}", f"files {reason}")


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

    >>> import shutil
    >>> import tempfile
    >>> from pydicom.data import get_testdata_file  # a slice that comes with pydicom
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = shutil.copy(get_testdata_file("CT_small.dcm"), folder)
    ...     volume = read_series(path)
    >>> volume.array.shape, volume.spacing
    ((128, 128, 1), (0.661468, 0.661468, 5.0))
    """
    series = series_of(path)
    placement = series.placement()
    pixels = [read_pixels(header) for header in placement.slices]
    array = np.stack(pixels).T  # (slices, rows, columns) to (columns, rows, slices)
    array, replaced = checked_intensities(array, series.folder, not_finite)
    affine, spacing = placement.affine, placement.spacing
    return Volume(array, affine, spacing, series.folder, not_finite=replaced)


def _without_copies(files: list[Header]) -> list[Header]:
    """Return the files of a series, of copies the first."""
    by_instance: dict[str, list[Header]] = defaultdict(list)
    for file in files:
        others = by_instance[file.values.get("SOPInstanceUID", "")]
        if not any(are_copies(other, file) for other in others):
            others.append(file)
    kept = {file.path for others in by_instance.values() for file in others}
    return [file for file in files if file.path in kept]


def _uid(header: Header) -> str:
    if not (uid := header.values.get("SeriesInstanceUID", "")):
        raise DataError(f"{header.path}: must name its series in SeriesInstanceUID, got none")
    return uid
