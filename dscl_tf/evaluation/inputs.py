"""What a user asks to predict: files, folders of files, and folders of DICOM series."""

import contextlib
import glob
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.dicom.file import may_be_slice
from dscl_tf.data.io.endings import NIFTI, PICTURES, VOLUMES, has_ending, stem
from dscl_tf.data.layouts.dicom import Note, list_series
from dscl_tf.data.layouts.linked_folders import folders_below
from dscl_tf.errors import DataError
from dscl_tf.text import counted, one_form

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Input:
    """A volume to predict.

    Attributes:
        mask_name: how its mask will be called.
        path: a file, or what names a DICOM series (see `dscl_tf.data.io.files`).
        further: the files of the channels after the first, where each has its own.
    """

    mask_name: str
    path: Path
    further: tuple[Path, ...] = ()


def list_inputs(
    paths: Sequence[Path], data: Data, series: str = "*", note: Note | None = None
) -> list[Input]:
    """Return the volumes that paths stand for, a folder for each file and series below it.

    A path that does not exist and holds `*`, `?` or `[` is a pattern for those that fit it, in the
    order of their names; `**` stands for any folders.

    The mask of a file has the file's name; of a file in a folder that was given, its path below
    that folder, with `_` in place of `/`. It is NIfTI also where the file is of another format.
    Where two masks would have one name, the names of the folders that hold what was given are put
    before it, as many as tell them apart.

    Args:
        paths: files of volumes (NIfTI, NRRD, MetaImage, Analyze) and folders; PNGs and folders of
            PNGs where `data` describes pictures.
        data: says which of the two.
        series: a pattern that the descriptions of DICOM series must fit, as `list_series` takes it.
        note: is called with what cannot be listed and the error, as `list_series` has it; by
            default the error is raised.

    Raises:
        DataError: a path is nothing of that kind, a folder holds none, or one file or series is
            given twice.

    >>> data = Data(classes={1: "organ"}, spacing=(1, 1), grid=(64, 64))
    >>> [volume.mask_name for volume in list_inputs([Path("a/x.nii.gz"), Path("y.nii")], data)]
    ['x.nii.gz', 'y.nii']
    >>> [volume.mask_name for volume in list_inputs([Path("a/x.nii"), Path("b/x.nii")], data)]
    ['a_x.nii', 'b_x.nii']
    """
    endings = PICTURES if data.pictures else VOLUMES
    found: list[tuple[Path, Input]] = []
    for path in paths:
        try:
            for one in _fitting(path):
                found += [(one, volume) for volume in _volumes(one, endings, series, note)]
        except DataError as error:
            if note is None:
                raise
            note(path, error)
    seen: set[Path] = set()
    for _, volume in found:
        if volume.path.absolute() in seen:
            raise DataError(f"{volume.path}: an input must be given once, got it twice")
        seen.add(volume.path.absolute())
    return _told_apart(found)


def _volumes(path: Path, endings: tuple[str, ...], series: str, note: Note | None) -> list[Input]:
    if path.is_dir():
        return _in_folder(path, endings, series, note)
    if has_ending(path, endings):
        return [Input(_mask_name(path), path)]
    if endings != PICTURES and path.is_file() and may_be_slice(path):
        raise DataError(
            f"{path}: an input must be a whole volume, got one file of a DICOM series; give the "
            f"folder of the series, {path.parent}"
        )
    known = f"{', '.join(endings[:-1])} or {endings[-1]}" if len(endings) > 1 else endings[0]
    folders = "" if endings == PICTURES else ", or be a folder of such files or of DICOM series"
    raise DataError(f"{path}: an input's name must end in {known}{folders}")


def _fitting(path: Path) -> list[Path]:
    """Return what fits a path that is a pattern, as a quoted one is; of others the path itself."""
    if path.exists() or not glob.has_magic(str(path)):
        return [path]
    found = sorted(glob.glob(str(path), recursive=True))  # noqa: PTH207 (absolute ones too)
    if not found:
        raise DataError(f"{path}: must fit a file or folder, got a pattern that fits none")
    return [Path(one) for one in found]


def _in_folder(
    folder: Path, endings: tuple[str, ...], series: str, note: Note | None
) -> list[Input]:
    """Return the volumes of all files at any depth below a folder, then those of its series."""
    below, unlisted = _files(folder)
    if unlisted and note is None:
        raise unlisted[0]
    files = [path for path in below if not _is_voxels(path)]
    fitting = [
        path for path in files if has_ending(path, endings) and path.suffix.lower() != ".img"
    ]
    others = sorted(set(files) - set(fitting))
    volumes = [
        Input(_mask_name(Path("_".join(path.relative_to(folder).parts))), path) for path in fitting
    ]
    if endings != PICTURES and (not volumes or any(may_be_slice(path) for path in others)):
        try:
            return volumes + _series(folder, others, series, note)
        except DataError as error:
            if note is None or not volumes:
                raise
            note(folder, error)
            return volumes
    if note is not None:
        for problem in unlisted:
            note(folder, problem)
    if not volumes:
        raise DataError(f"{folder}: must hold pictures (.png), got none")
    if others:
        told = counted(len(others), "file that is no volume", "files that are no volumes")
        logger.info(f"{folder}: passed over {told}")
    return volumes


def _series(folder: Path, others: Sequence[Path], wanted: str, note: Note | None) -> list[Input]:
    try:
        series = list_series(folder, wanted, note)
    except DataError as error:
        if any(may_be_slice(path) for path in others):
            raise
        kinds = ", ".join(VOLUMES)
        raise DataError(
            f"{folder}: must hold volumes ({kinds}) or DICOM series, got none"
        ) from error
    return [Input(one_form(f"{id}.nii.gz"), one.path) for id, one in series.items()]


def _files(folder: Path) -> tuple[list[Path], list[DataError]]:
    """Return the files at any depth, without those named `._*`, and what could not be listed."""
    unlisted: list[DataError] = []

    def fail(below: Path, error: OSError) -> None:
        unlisted.append(DataError(f"{below}: cannot be read: {error.strerror or error}"))

    files: list[Path] = []
    for one in folders_below(folder, fail, []):
        with contextlib.suppress(OSError):  # which `fail` is told
            paths = sorted(one.iterdir())
            files += [path for path in paths if not path.name.startswith("._") and path.is_file()]
    return files, unlisted


def _is_voxels(path: Path) -> bool:
    """Return whether a file holds the voxels to a header beside it, which stands for both."""
    headers = {".img": ".hdr", ".raw": ".mhd", ".zraw": ".mhd"}
    header = headers.get(path.suffix.lower())
    return header is not None and any(
        path.with_suffix(ending).is_file() for ending in (header, header.upper())
    )


def _mask_name(path: Path) -> str:
    """Return the name of the mask of a file: its own, with an ending that masks have."""
    for ending in sorted((*NIFTI, *PICTURES), key=len, reverse=True):
        if has_ending(path, (ending,)):
            own = path.name if ending in PICTURES else f"{stem(path)}{ending}"
            return one_form(own)
    return one_form(f"{stem(path)}.nii.gz")


def _told_apart(found: Sequence[tuple[Path, Input]]) -> list[Input]:
    """Put folders' names before the names of masks that would otherwise be the same."""
    names = [volume.mask_name for _, volume in found]
    depth = 0
    while repeated := {name for name in names if names.count(name) > 1}:
        depth += 1
        for place, (given, volume) in enumerate(found):
            if names[place] in repeated:
                folders = given.absolute().parent.parts[1:][-depth:]
                if len(folders) < depth:
                    raise DataError(
                        f"{volume.mask_name}: masks must have different names, got it twice, for "
                        f"{volume.path} too; predict it by itself"
                    )
                names[place] = "_".join((*folders, volume.mask_name))
    return [replace(volume, mask_name=name) for (_, volume), name in zip(found, names, strict=True)]
