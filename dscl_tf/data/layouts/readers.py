"""The reader of each layout. A new layout needs a file with a reader, and a line in `LAYOUTS`."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.layouts.acdc import find_acdc_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.cityscapes import find_cityscapes_cases
from dscl_tf.data.layouts.dicom import find_dicom_cases
from dscl_tf.data.layouts.folder import find_folder_cases
from dscl_tf.data.layouts.mmwhs import find_mmwhs_cases
from dscl_tf.data.layouts.msd import find_msd_cases
from dscl_tf.files import report_read_errors
from dscl_tf.names import broken_name
from dscl_tf.text import one_form


def _find_folder_cases(source: Path, data: Data) -> list[Case]:
    assert data.folder is not None  # the configuration checks it
    return find_folder_cases(source, data.folder, data)


LAYOUTS: dict[str, Callable[[Path, Data], list[Case]]] = {
    "acdc": lambda source, _: find_acdc_cases(source),
    "cityscapes": lambda source, _: find_cityscapes_cases(source),
    "dicom": find_dicom_cases,
    "folder": _find_folder_cases,
    "mmwhs": lambda source, _: find_mmwhs_cases(source),
    "msd": lambda source, data: find_msd_cases(source, data.channel_number, data),
    "phantom": lambda source, _: find_acdc_cases(source),
    "prostate": lambda source, data: find_msd_cases(source, data.channel_number, data),
}


def find_cases(data: Data, source: str | Path) -> list[Case]:
    """List the volumes under `source`, in the layout `data.layout`, sorted by id.

    Ids are in the Unicode form NFC, whatever form the names of files are in.

    Raises:
        DataError: the folder is missing or unreadable, holds no volume, or lacks a file that the
            layout needs.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> with tempfile.TemporaryDirectory() as source:
    ...     count = write_phantom(source, patients=2)
    ...     cases = find_cases(load_config("acdc").data, source)
    >>> [case.id for case in cases]
    ['001', '002']
    """
    with report_read_errors(Path(source)):  # a folder that must not be listed, a name too long
        cases = LAYOUTS[data.layout](Path(source), data)
    cases = [_named(replace(case, id=one_form(case.id))) for case in cases]
    return sorted(cases, key=lambda case: case.id)


def _named(case: Case) -> Case:
    """Return a case whose id is a name; where it was none, that is the problem of the case."""
    problem = broken_name(case.id)
    if problem is None:
        return case
    shown = re.sub(r"[^\w.-]", "_", case.id.encode("ascii", "replace").decode())[:80].strip(".")
    said = case.problem or f"{case.image.parent}: {problem}"
    return Case(shown or "unnamed", case.image, None, said)
