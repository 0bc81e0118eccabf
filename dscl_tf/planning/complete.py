"""Which volumes have all channels, on one grid."""

from collections.abc import Mapping
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
    """

    cases: list[Case]
    left_out: dict[Case, str]

    @property
    def reasons(self) -> dict[str, str]:
        """Why volumes are left out, by their ids."""
        return {case.id: why for case, why in self.left_out.items()}

    @property
    def enough(self) -> bool:
        """Whether the channels are those of nearly all volumes."""
        count = len(self.cases)
        return count > 1 and count >= ENOUGH * (count + len(self.left_out))

    @property
    def example(self) -> str:
        """The first reason, and how many more there are."""
        first, more = next(iter(self.left_out.values()), "no volume"), len(self.left_out) - 1
        return f"{first} (and {more} more like it)" if more > 0 else first


def list_volumes(folder: Path, settings: Mapping[str, Any]) -> Listed:
    """List the volumes of a folder; of several channels the headers are read.

    Args:
        folder: the folder.
        settings: the keys of `data` that say which files are images and masks.

    Raises:
        DataError: a volume has a problem other than with its channels.
        UsageError: the settings break a rule of `data`.
    """
    try:
        data = Data(**{**UNDECIDED, **settings})
    except ValidationError as error:
        raise UsageError(f"{folder}: data.{broken_rule(error, Data)}") from error
    cases = find_cases(data, folder)
    if problems := [case.problem for case in cases if case.problem and not case.lacking]:
        more = f" (and {len(problems) - 1} more like it)" if len(problems) > 1 else ""
        raise DataError(f"{problems[0]}{more}")
    if data.pictures or data.channel_count == 1:
        return Listed(cases, {})
    calls = (delayed(_why_not)(case, data) for case in cases)
    reasons = list(in_parallel(calls, len(cases), joblib.cpu_count(), prefer="threads"))
    found = list(zip(cases, reasons, strict=True))
    return Listed([case for case, why in found if why is None], {c: w for c, w in found if w})


def _why_not(case: Case, data: Data) -> str | None:
    """Return why the channels of a volume cannot be used; None where they can."""
    if case.problem:
        return case.problem
    try:
        read_place(case.image, data)
    except DataError:
        return None  # a damaged file is an error, which whoever reads it next tells
    for path in (case.image, *case.further) if case.further else ():
        if (count := channel_count(path)) > 1:
            return f"{path}: a file per channel must be 3-D, got {count} along its fourth axis"
    try:
        read_shape(case.image, data, case.further)
    except DataError as error:
        return str(error)
    return None
