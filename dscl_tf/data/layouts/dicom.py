"""A folder of DICOM series, one volume per series, at any depth."""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from fnmatch import fnmatch
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.dicom.file import are_copies
from dscl_tf.data.io.dicom.series import COPIES, Series, files_told, find_series, told
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.find import on_disk
from dscl_tf.data.layouts.linked_folders import folders_below
from dscl_tf.errors import DataError
from dscl_tf.names import broken_name
from dscl_tf.text import counted, named, printable

logger = logging.getLogger(__name__)

Note = Callable[[Path, DataError], None]


def find_dicom_cases(source: Path, data: Data) -> list[Case]:
    """List the series under `source` as `list_series` names them, with the masks of `data.dicom`.

    A folder with a series that cannot be listed becomes one case with a `problem`.

    Raises:
        DataError: `source` is missing or holds no series that fits `data.dicom.series`; or
            `data.dicom.masks` fits no series.
    """
    problems: dict[Path, str] = {}

    def note(folder: Path, error: DataError) -> None:
        problems.setdefault(folder, str(error))

    series = list_series(source, data.dicom.series, note)
    bad: list[Case] = []
    taken = set(series)
    for folder, problem in problems.items():
        id = stem = _stem(folder, source)
        while id in taken:
            id = f"{stem}-{len(taken)}"
        taken.add(id)
        bad.append(Case(id, folder, None, problem))
    if data.dicom.masks is None:
        return [*(Case(id, one.path, None) for id, one in series.items()), *bad]
    masks = mask_paths(source, data.dicom.masks, series)
    found = {id: mask for id, mask in masks.items() if mask.is_file()}
    if series and not found:
        first = next(iter(masks.values()), source / data.dicom.masks)
        raise DataError(f"{first}: data.dicom.masks must name at least one mask, got no such file")
    good = [
        Case(id, one.path, found.get(id), _unnameable(one, data.dicom.masks))
        for id, one in series.items()
    ]
    return [*good, *bad]


def list_series(source: Path, wanted: str = "*", note: Note | None = None) -> dict[str, Series]:
    """List the series under `source` by id.

    The id of a series is the path of its folder below `source`, with `_` in place of `/`; for
    `source` itself it is the folder's name. Where several series share a folder, their
    SeriesNumber is appended, or their UID where two have the same number.

    What is no slice, such as a dose report or a copy, is passed over and counted in the log; it
    changes no id.

    Args:
        source: the folder.
        wanted: a pattern that the description of a series must fit (`fnmatch`, in any case).
        note: is called with the folder of a series that cannot be listed, and the error; such
            series are then left out. By default the error is raised.

    Raises:
        DataError: `source` is missing or holds no such series; a file in it is damaged, a folder
            cannot be listed, a series lies in two folders, or an id is no name or not unique.

    >>> import shutil
    >>> import tempfile
    >>> from pydicom.data import get_testdata_file  # a slice that comes with pydicom
    >>> with tempfile.TemporaryDirectory() as source:
    ...     Path(source, "patient1").mkdir()
    ...     path = shutil.copy(get_testdata_file("CT_small.dcm"), f"{source}/patient1")
    ...     list(list_series(Path(source)))
    ['patient1']
    """
    if not source.is_dir():
        raise DataError(f"{source}: must be a folder of DICOM series, got no such folder")
    noted: list[Path] = []

    def refuse(folder: Path, error: DataError) -> None:
        if note is None:
            raise error
        noted.append(folder)
        note(folder, error)

    found, passed_over = _series_by_folder(source, refuse)
    unwanted: list[str] = []
    for folder, series in found.items():
        found[folder] = [one for one in series if fnmatch(one.description.lower(), wanted.lower())]
        unwanted += [one.description for one in series if one not in found[folder]]
    split = _split_series(found, passed_over, refuse)
    listed = {id: one for id, one in _by_id(found, source, refuse).items() if one.uid not in split}
    for reason, count in passed_over.items():
        logger.info(f"{source}: passed over {files_told(count, reason)}")
    if unwanted:
        logger.info(f"{source}: passed over {len(unwanted)} series that do not fit {wanted}")
    if not listed and not noted:
        known = named([printable(one) for one in sorted(set(unwanted))])
        known = known or f"none{told(passed_over)}"
        fit = "" if wanted == "*" else f" whose description fits {wanted}"
        raise DataError(f"{source}: must hold DICOM series{fit}, got {known}")
    return listed


def mask_paths(source: Path, pattern: str, series: Mapping[str, Series]) -> dict[str, Path]:
    """Return where the mask of each series would be, by id.

    Where `{patient}` names masks, a series without PatientID has none, nor has one whose PatientID
    is no name of a file.

    Args:
        source: the folder.
        pattern: a path below it with `{id}`, `{patient}` (PatientID) or both.
        series: the series by id.

    Raises:
        DataError: `{patient}` alone names a mask, and a patient has several series.
    """
    paths: dict[str, Path] = {}
    of_path: dict[Path, list[str]] = defaultdict(list)
    for id, one in series.items():
        if "{patient}" in pattern and (not one.patient or _unnameable(one, pattern)):
            continue
        name = pattern.replace("{id}", id).replace("{patient}", one.patient)
        paths[id] = on_disk(source / name)
        of_path[paths[id]].append(id)
    for path, ids in of_path.items():
        if len(ids) > 1 and path.is_file():
            raise DataError(
                f"{path}: data.dicom.masks must give each mask one series, got {named(ids)}; "
                "choose one by data.dicom.series, or name masks by {id}"
            )
    return paths


def _unnameable(series: Series, pattern: str) -> str | None:
    """Return why a pattern with `{patient}` cannot name the mask of a series; None where it can."""
    problem = broken_name(series.patient) if "{patient}" in pattern and series.patient else None
    return problem and f"{series.path}: data.dicom.masks needs its PatientID: {problem}"


def _series_by_folder(source: Path, refuse: Note) -> tuple[dict[Path, list[Series]], Counter[str]]:
    """Return the series of each folder, and how many files were passed over, by reason."""
    found: dict[Path, list[Series]] = {}
    passed_over: Counter[str] = Counter()
    links: list[Path] = []

    def fail(folder: Path, error: OSError) -> None:
        refuse(folder, DataError(f"{folder}: cannot be read: {error.strerror or error}"))

    for folder in folders_below(source, fail, links):
        try:
            found[folder], others = find_series(folder)
        except DataError as error:
            refuse(folder, error)
        else:
            passed_over += others
    if links:
        told_links = counted(len(links), "link to a folder that is", "links to folders that are")
        logger.info(f"{source}: passed over {told_links} listed anyway")
    return found, passed_over


def _split_series(
    found: dict[Path, list[Series]], passed_over: Counter[str], refuse: Note
) -> set[str]:
    """Take out of `found` the series that copy another folder's; return the UIDs of split ones."""
    first: dict[str, Series] = {}
    split: set[str] = set()
    for folder, series in found.items():
        for one in list(series):
            other = first.setdefault(one.uid, one)
            if other is one:
                continue
            if _is_copy(one, other):
                passed_over[COPIES] += len(one.files)
                series.remove(one)
                continue
            split.add(one.uid)
            for place, elsewhere in ((folder, other.folder), (other.folder, folder)):
                refuse(
                    place,
                    DataError(
                        f"{place}: a series must lie in one folder, got {one.label} also in "
                        f"{elsewhere}"
                    ),
                )
    return split


def _is_copy(one: Series, other: Series) -> bool:
    """Return whether each file of a series is a copy of a file of the other."""
    by_instance = {file.values.get("SOPInstanceUID", ""): file for file in other.files}
    return all(
        (twin := by_instance.get(file.values.get("SOPInstanceUID", ""))) is not None
        and are_copies(twin, file)
        for file in one.files
    )


def _by_id(found: dict[Path, list[Series]], source: Path, refuse: Note) -> dict[str, Series]:
    """Return the series whose ids are names of their own."""
    of_id: dict[str, list[Series]] = defaultdict(list)
    for folder, series in found.items():
        for id, one in _named(series, folder, source):
            of_id[id].append(one)
    for id, (first, *more) in of_id.items():
        for one in more:
            clash = f"{one.folder}: ids must differ, got {id} also for {first.folder}"
            refuse(one.folder, DataError(clash))
            refuse(first.folder, DataError(clash))
        if problem := broken_name(id):
            refuse(first.folder, DataError(f"{first.path}: {problem}"))
    return {
        id: series[0]
        for id, series in of_id.items()
        if len(series) == 1 and broken_name(id) is None
    }


def _stem(folder: Path, source: Path) -> str:
    return "_".join(folder.relative_to(source).parts) or source.resolve().name


def _named(found: list[Series], folder: Path, source: Path) -> list[tuple[str, Series]]:
    stem = _stem(folder, source)
    if len(found) == 1:
        return [(stem, found[0])]
    numbers = {series.number for series in found}
    by_number = len(numbers) == len(found) and "" not in numbers
    return [(f"{stem}_{one.number if by_number else one.uid}", one) for one in found]
