"""How data sets lay out their files: one reader per layout, each giving a list of cases."""

from collections.abc import Callable
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.layouts.acdc import find_acdc_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.cityscapes import find_cityscapes_cases
from dscl_tf.data.layouts.dicom import find_dicom_cases
from dscl_tf.data.layouts.folder import find_folder_cases
from dscl_tf.data.layouts.mmwhs import find_mmwhs_cases
from dscl_tf.data.layouts.msd import find_msd_cases
from dscl_tf.errors import DataError


def _folder(source: Path, data: Data) -> list[Case]:
    assert data.folder is not None  # the configuration saw to it
    return find_folder_cases(source, data.folder)


LAYOUTS: dict[str, Callable[[Path, Data], list[Case]]] = {
    "acdc": lambda source, _: find_acdc_cases(source),
    "cityscapes": lambda source, _: find_cityscapes_cases(source),
    "dicom": find_dicom_cases,
    "folder": _folder,
    "mmwhs": lambda source, _: find_mmwhs_cases(source),
    "msd": lambda source, data: find_msd_cases(source, data.channel),
    "phantom": lambda source, _: find_acdc_cases(source),
    "prostate": lambda source, data: find_msd_cases(source, data.channel),
}


def find_cases(data: Data, source: str | Path) -> list[Case]:
    """List the volumes under `source`, in the layout `data.layout`, sorted by id.

    Raises:
        DataError: the folder is missing or unreadable, holds no volume, or lacks a file the layout
            needs.
    """
    try:
        cases = LAYOUTS[data.layout](Path(source), data)
    except OSError as error:  # a folder that may not be listed, a name too long
        place = error.filename or source
        raise DataError(f"{place}: cannot be read: {error.strerror or error}") from error
    return sorted(cases, key=lambda case: case.id)
