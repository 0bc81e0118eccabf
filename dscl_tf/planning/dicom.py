"""Which DICOM series of a folder are its images, and where their masks are."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from dscl_tf.data.io.dicom import Series
from dscl_tf.data.layouts import list_series
from dscl_tf.data.layouts.dicom import mask_paths
from dscl_tf.errors import DataError
from dscl_tf.planning.ids import ids_of
from dscl_tf.planning.patterns import ALONE, masks_pattern
from dscl_tf.text import named


def dicom_settings(
    source: Path, volumes: Sequence[Path], wished: str | None = None
) -> tuple[dict[str, Any], int]:
    """Return the keys of `data` for a folder of DICOM series, and the number of series used.

    Where series have several descriptions, those are used that have masks; else the description of
    most series.

    Args:
        source: the folder.
        volumes: the volume files in it, which must be masks.
        wished: the masks' pattern, where the user names it.

    Raises:
        DataError: a volume file is no mask of a series, or a series breaks a rule.
    """
    series = list_series(source)
    masks = sorted(path.relative_to(source).as_posix() for path in volumes)
    pattern = wished or _masks_pattern(masks, series)
    wanted = "*"
    if len({one.description for one in series.values()}) > 1:
        wanted = _pattern(_chosen(source, series, pattern))
        series = list_series(source, wanted)
        pattern = wished or _masks_pattern(masks, series)
    if masks and pattern is None:
        raise DataError(
            f"{source}: must hold images of one kind, got DICOM series and volumes that are no "
            f"masks of them, such as {masks[0]}; a mask's path must hold the id of its series: "
            f"{named(list(series), 3)}; or the PatientID"
        )
    dicom = {"series": wanted} | ({"masks": pattern} if pattern else {})
    return {"layout": "dicom", "dicom": dicom}, len(series)


def _masks_pattern(masks: Sequence[str], series: Mapping[str, Series]) -> str | None:
    """Return the pattern by which most masks name ids, or else patients; None where none does.

    Of equals the one in which the name stands alone: `P01.nii` is of patient P01, not of series 1.
    """
    if not masks:
        return None
    found: dict[str, tuple[int, bool]] = {}
    patients = sorted({one.patient for one in series.values()} - {""})
    for word, names in (("{id}", list(series)), ("{patient}", patients)):
        if pattern := masks_pattern(masks, names):
            reached = len(set(ids_of(pattern, masks)) & set(names))
            found[pattern.replace("{id}", word)] = (reached, bool(ALONE.search(pattern)))
    return max(found, key=lambda one: found[one], default=None)


def _chosen(source: Path, series: dict[str, Series], pattern: str | None) -> str:
    """Return the description of the series to use."""
    counts: Counter[str] = Counter()
    slices: dict[str, int] = defaultdict(int)
    for id, one in series.items():
        paths = mask_paths(source, pattern, {id: one}).values() if pattern else ()
        labelled = any(path.is_file() for path in paths)
        counts[one.description] += 1000 * labelled + 1
        slices[one.description] += len(one.files)
    return max(counts, key=lambda one: (counts[one], slices[one], one))


def _pattern(description: str) -> str:
    """Return a pattern that fits this description and none that differs in other characters."""
    return re.sub(r"([\[?*])", r"[\1]", description)
