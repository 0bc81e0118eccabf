"""The layout of the ACDC challenge: `training/patientNNN/patientNNN_frameFF[_gt].nii.gz`.

Bernard et al., IEEE TMI 2018. Each patient's `Info.cfg` names the end-diastolic frame, the one
used here.
"""

import os
import re
from pathlib import Path

from dscl_tf.data.layouts.case import Case
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors

PATIENT = re.compile(r"patient(\d+)")
END_DIASTOLE = re.compile(r"^\s*ED\s*:\s*(\d+)\s*$", re.MULTILINE)


def find_acdc_cases(source: Path) -> list[Case]:
    """List the end-diastolic volume of each patient.

    A patient may lack its `Info.cfg`, the entry `ED` in it, or the frame that this names; its case
    then has a `problem`.

    Args:
        source: the folder that holds `training` (and perhaps `testing`), or one of these itself.

    Raises:
        DataError: `source` is missing or holds no patient.
    """
    if not source.is_dir():
        found = "a file" if source.exists() else "no such folder"
        raise DataError(f"{source}: must be a folder in the ACDC layout, got {found}")
    parts = [source / name for name in ("training", "testing") if (source / name).is_dir()]
    patients = sorted(
        folder
        for part in parts or [source]
        for folder in part.iterdir()
        if PATIENT.fullmatch(folder.name)
    )
    if not patients:
        raise DataError(f"{source}: must hold folders training/patientNNN, got none")
    return [_case(folder) for folder in patients]


def _case(folder: Path) -> Case:
    id = folder.name.removeprefix("patient")
    try:
        return Case(id, *_files(folder))
    except DataError as error:
        return Case(id, folder, None, problem=str(error))


def _files(folder: Path) -> tuple[Path, Path | None]:
    stem = f"{folder.name}_frame{_end_diastolic_frame(folder / 'Info.cfg'):02d}"
    image, mask = folder / f"{stem}.nii.gz", folder / f"{stem}_gt.nii.gz"
    # A broken link exists but is no file: whatever reads it says so.
    if not os.path.lexists(image):
        raise DataError(f"{image}: the end-diastolic frame that Info.cfg names is missing")
    return image, mask if os.path.lexists(mask) else None


def _end_diastolic_frame(info: Path) -> int:
    with report_read_errors(info):
        text = info.read_text()
    if not (entry := END_DIASTOLE.search(text)):
        raise DataError(f"{info}: must name the end-diastolic frame in a line 'ED: <number>'")
    return int(entry[1])
