"""A folder of DICOM series, one volume per series, at any depth."""

import logging
import os
from collections.abc import Callable
from fnmatch import fnmatch
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.dicom.series import Series, find_series
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.find import on_disk
from dscl_tf.errors import DataError

logger = logging.getLogger(__name__)


def find_dicom_cases(source: Path, data: Data) -> list[Case]:
    """List the series under `source` as `list_series` names them, with the masks of `data.dicom`.

    A folder with a file that cannot be read as a slice becomes one case with a `problem`.

    Raises:
        DataError: as `list_series` says; or `data.dicom.masks` fits no series.
    """
    bad: list[Case] = []

    def note(folder: Path, error: DataError) -> None:
        bad.append(Case(_stem(folder, source), folder, None, str(error)))

    series = list_series(source, data.dicom.series, note)
    if data.dicom.masks is None:
        return [*(Case(id, one.path, None) for id, one in series.items()), *bad]
    masks = {id: on_disk(source / data.dicom.masks.replace("{id}", id)) for id in series}
    if masks and not any(mask.is_file() for mask in masks.values()):
        first = next(iter(masks.values()))
        raise DataError(f"{first}: data.dicom.masks must name at least one mask, got no such file")
    found = {id: mask if mask.is_file() else None for id, mask in masks.items()}
    return [*(Case(id, one.path, found[id]) for id, one in series.items()), *bad]


def list_series(
    source: Path,
    wanted: str = "*",
    note: Callable[[Path, DataError], None] | None = None,
) -> dict[str, Series]:
    """List the series under `source` by id.

    The id of a series is the path of its folder below `source`, with `_` in place of `/`; for
    `source` itself it is the folder's name. Where several series share a folder, their
    SeriesNumber is appended, or their UID where two have the same number.

    Args:
        source: the folder.
        wanted: a pattern that the description of a series must fit (`fnmatch`, in any case).
        note: is called with a folder that holds a damaged file, and the error; the folder is
            then left out. By default the error is raised.

    Raises:
        DataError: `source` is missing or holds no such series, a file in it is damaged, or a
            series lies in two folders.
        OSError: a folder cannot be listed.
    """
    if not source.is_dir():
        raise DataError(f"{source}: must be a folder of DICOM series, got no such folder")
    listed: dict[str, Series] = {}
    folder_of: dict[str, Path] = {}
    passed_over, unwanted, noted = 0, [], False
    for name, folders, _ in os.walk(source, followlinks=True, onerror=_fail):
        folders.sort()
        folder = Path(name)
        try:
            found, others = find_series(folder)
        except DataError as error:
            if note is None:
                raise
            note(folder, error)
            noted = True
            continue
        passed_over += others
        for series in found:
            if (other := folder_of.setdefault(series.uid, folder)) != folder:
                raise DataError(
                    f"{folder}: a series must lie in one folder, got {series.label} also in {other}"
                )
        fitting = [one for one in found if fnmatch(one.description.lower(), wanted.lower())]
        unwanted += [one.description for one in found if one not in fitting]
        for id, series in _named(fitting, folder, source):
            if id in listed:
                raise DataError(f"{folder}: ids must differ, got {id} also for {listed[id].folder}")
            listed[id] = series
    if passed_over:
        logger.info(f"{source}: passed over {passed_over} files that hold no DICOM slices")
    if unwanted:
        logger.info(f"{source}: passed over {len(unwanted)} series that do not fit {wanted}")
    if not listed and not noted:
        known = f", got {', '.join(sorted(set(unwanted)))}" if unwanted else ", got none"
        fit = "" if wanted == "*" else f" whose description fits {wanted}"
        raise DataError(f"{source}: must hold DICOM series{fit}{known}")
    return listed


def _fail(error: OSError) -> None:
    raise error


def _stem(folder: Path, source: Path) -> str:
    return "_".join(folder.relative_to(source).parts) or source.resolve().name


def _named(found: list[Series], folder: Path, source: Path) -> list[tuple[str, Series]]:
    stem = _stem(folder, source)
    if len(found) == 1:
        return [(stem, found[0])]
    numbers = {series.number for series in found}
    by_number = len(numbers) == len(found) and "" not in numbers
    return [(f"{stem}_{one.number if by_number else one.uid}", one) for one in found]
