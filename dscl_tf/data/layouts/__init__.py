"""How data sets lay out their files: one reader per layout, each giving a list of cases."""

from collections.abc import Callable
from pathlib import Path

from dscl_tf.data.case import Case
from dscl_tf.data.layouts.acdc import find_acdc_cases
from dscl_tf.data.layouts.cityscapes import find_cityscapes_cases
from dscl_tf.data.layouts.msd import find_msd_cases
from dscl_tf.errors import UsageError

LAYOUTS: dict[str, Callable[[Path], list[Case]]] = {
    "acdc": find_acdc_cases,
    "cityscapes": find_cityscapes_cases,
    "msd": find_msd_cases,
    "phantom": find_acdc_cases,
}


def find_cases(layout: str, source: str | Path) -> list[Case]:
    """List the volumes under `source`, sorted by id.

    Raises:
        UsageError: there is no such layout.
        DataError: the folder is missing, holds no volume, or lacks a file the layout needs.
    """
    if layout not in LAYOUTS:
        raise UsageError(f"layout: must be one of {', '.join(LAYOUTS)}, got {layout!r}")
    return sorted(LAYOUTS[layout](Path(source)), key=lambda case: case.id)
