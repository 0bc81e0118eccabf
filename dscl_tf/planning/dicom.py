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
from dscl_tf.planning.patterns import masks_pattern
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
    """Return the pattern by which masks name ids, or else patients; None where they do neither."""
    if not masks:
        return None
    if by_id := masks_pattern(masks, list(series)):
        return by_id
    patients = {one.patient for one in series.values()} - {""}
    by_patient = masks_pattern(masks, sorted(patients)) if patients else None
    return by_patient and by_patient.replace("{id}", "{patient}")


def _chosen(source: Path, series: dict[str, Series], pattern: str | None) -> str:
    """Return the description of the series to use."""
    counts: Counter[str] = Counter()
    slices: dict[str, int] = defaultdict(int)
    for id, one in series.items():
        labelled = bool(pattern) and mask_paths(source, str(pattern), {id: one})[id].is_file()
        counts[one.description] += 1000 * labelled + 1
        slices[one.description] += len(one.files)
    return max(counts, key=lambda one: (counts[one], slices[one], one))


def _pattern(description: str) -> str:
    """Return a pattern that fits this description and none that differs in other characters."""
    return re.sub(r"([\[?*])", r"[\1]", description)
