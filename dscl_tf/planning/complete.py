"""Which volumes have all channels, on one grid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
from joblib import delayed
from pydantic import ValidationError

from dscl_tf.config import Data
from dscl_tf.config.mistakes import broken_rule
from dscl_tf.data.io.files import read_shape
from dscl_tf.data.io.headers import channel_count, read_place
from dscl_tf.data.layouts import Case, find_cases
from dscl_tf.data.store.parallel import in_parallel
from dscl_tf.errors import DataError, UsageError
from dscl_tf.planning.sequences import ENOUGH
from dscl_tf.planning.source import UNDECIDED


@dataclass(frozen=True)
class Listed:
    """The volumes of a folder.

    Attributes:
        cases: those that can be used, sorted by id.
        left_out: those that lack a channel, or have one that lies elsewhere, with the reason.
        bad: those that break a rule, with the error; only of several channels are files read.
    """

    cases: list[Case]
    left_out: dict[Case, str]
    bad: dict[Case, str]

    @property
    def enough(self) -> bool:
        """Whether the channels are those of nearly all volumes."""
        count = len(self.cases)
        return count > 1 and count >= ENOUGH * (count + len(self.left_out))

    @property
    def example(self) -> str:
        """The first reason, and how many more there are."""
        return told(self.left_out.values()) if self.left_out else "no volume"


def list_volumes(folder: Path, settings: Mapping[str, Any]) -> Listed:
    """List the volumes of a folder; of several channels the headers are read.

    Args:
        folder: the folder.
        settings: the keys of `data` that say which files are images and masks.

    Raises:
        DataError: every volume breaks a rule.
        UsageError: the settings break a rule of `data`.
    """
    try:
        data = Data(**{**UNDECIDED, **settings})
    except ValidationError as error:
        raise UsageError(f"{folder}: data.{broken_rule(error, Data)}") from error
    cases = find_cases(data, folder)
    calls = (delayed(_why_not)(case, data) for case in cases)
    reasons = list(in_parallel(calls, len(cases), joblib.cpu_count(), prefer="threads"))
    found = list(zip(cases, reasons, strict=True))
    bad = {case: str(why) for case, why in found if isinstance(why, DataError)}
    if bad and len(bad) == len(cases):
        raise DataError(told(bad.values()))
    return Listed(
        [case for case, why in found if why is None],
        {case: why for case, why in found if isinstance(why, str)},
        bad,
    )


def by_id(reasons: Mapping[Case, str]) -> dict[str, str]:
    """Return reasons by the ids of their volumes."""
    return {case.id: why for case, why in reasons.items()}


def told(reasons: Iterable[str]) -> str:
    """Return the first of some reasons, and how many more there are.

    >>> told(["a.nii: must be an image", "b.nii: must be an image"])
    'a.nii: must be an image (and 1 more like it)'
    """
    first, *more = reasons
    return f"{first} (and {len(more)} more like it)" if more else first


def _why_not(case: Case, data: Data) -> str | DataError | None:
    """Return why a volume cannot be used, an error where it breaks a rule; None where it can.

    Of volumes of one channel no file is read.
    """
    if case.problem:
        return case.problem if case.lacking else DataError(case.problem)
    if data.pictures or data.channel_count == 1:
        return None
    try:
        read_place(case.image, data)
        counts = {path: channel_count(path) for path in (case.image, *case.further)}
    except DataError as error:
        return error
    for path, count in counts.items() if case.further else ():
        if count > 1:
            return f"{path}: a file per channel must be 3-D, got {count} along its fourth axis"
    try:
        read_shape(case.image, data, case.further)
    except DataError as error:
        return str(error)
    return None
