"""What a user asks to predict: files, and folders of DICOM series."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.files import is_picture
from dscl_tf.data.layouts.dicom import Note, list_series
from dscl_tf.errors import DataError


@dataclass(frozen=True)
class Input:
    """A volume to predict.

    Attributes:
        mask_name: how its mask will be called.
        path: a file, or what names a DICOM series (see `dscl_tf.data.io.files`).
    """

    mask_name: str
    path: Path


def list_inputs(
    paths: Sequence[Path], data: Data, series: str = "*", note: Note | None = None
) -> list[Input]:
    """Return the volumes that paths stand for, a folder for each of its DICOM series.

    Args:
        paths: NIfTI files and folders; PNGs where `data` describes pictures.
        data: says which of the two.
        series: a pattern that the descriptions of DICOM series must fit, as `list_series` takes it.
        note: is called with what cannot be listed and the error, as `list_series` has it; by
            default the error is raised.

    Raises:
        DataError: a path is nothing of that kind, or two masks would have one name.

    >>> data = Data(classes={1: "organ"}, spacing=(1, 1), grid=(64, 64))
    >>> [volume.mask_name for volume in list_inputs([Path("a/x.nii.gz"), Path("y.nii")], data)]
    ['x.nii.gz', 'y.nii']
    """
    volumes: list[Input] = []
    for path in paths:
        try:
            volumes += _picture(path) if data.pictures else _volumes(path, series, note)
        except DataError as error:
            if note is None:
                raise
            note(path, error)
    names = [volume.mask_name for volume in volumes]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{repeated[0]}: inputs must have different names, got it twice")
    return volumes


def _picture(path: Path) -> list[Input]:
    if not is_picture(path):
        raise DataError(f"{path}: an input's name must end in .png")
    return [Input(path.name, path)]


def _volumes(path: Path, series: str, note: Note | None) -> list[Input]:
    if path.is_dir():
        listed = list_series(path, series, note)
        return [Input(f"{id}.nii.gz", one.path) for id, one in listed.items()]
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(
            f"{path}: an input's name must end in .nii or .nii.gz, or be a folder of DICOM series"
        )
    return [Input(path.name, path)]
