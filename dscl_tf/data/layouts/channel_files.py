"""The files of a volume's channels, and what a data set's index calls them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.layouts.case import Case
from dscl_tf.errors import DataError


def with_channels(case: Case, files: Sequence[Path | None], data: Data, place: str) -> Case:
    """Return a case with the files of its channels.

    One that is missing is the case's problem.

    Args:
        case: with any of the files as its image.
        files: one per channel in the order of `data.channels`, or None where there is none.
        data: names the channels.
        place: where the files were looked for, for the message.

    >>> data = Data(
    ...     layout="msd", classes={1: "a"}, spacing=(1, 1), grid=(8, 8), channels=["T2", "ADC"]
    ... )
    >>> case = Case("01", Path("t2.nii"), None)
    >>> with_channels(case, [Path("t2.nii"), None], data, "scans").problem
    'scans: volume 01 must have a file of channel ADC (1), got T2 (0) alone'
    """
    channels = data.channels or ()
    there = [f"{c.name} ({c.number})" for c, file in zip(channels, files, strict=True) if file]
    found = [file for file in files if file]
    for channel, file in zip(channels, files, strict=True):
        if file is None:
            got = f"{', '.join(there)} alone" if there else "none"
            problem = (
                f"{place}: volume {case.id} must have a file of channel {channel.name} "
                f"({channel.number}), got {got}"
            )
            image = (found or [case.image])[0]
            return replace(case, image=image, problem=case.problem or problem, lacking=channel.name)
    return replace(case, image=found[0], further=tuple(found[1:]))


def check_names(data: Data, index: Mapping[str, Any], path: Path) -> None:
    """Check that the channels have the names that `dataset.json` gives their numbers.

    It names them in `channel_names`, or in `modality`. Numbers in place of names agree with any.

    Args:
        data: names the channels.
        index: what the file holds.
        path: the file, for messages.

    Raises:
        DataError: it names them otherwise, or has fewer.
    """
    given = index.get("channel_names", index.get("modality"))
    if data.channels is None or not isinstance(given, Mapping):
        return
    known = {int(key): str(value) for key, value in given.items() if str(key).isdecimal()}
    listed = ", ".join(f"{name} ({number})" for number, name in sorted(known.items()))
    for channel in data.channels:
        name = known.get(channel.number)
        if name is None or channel.name.casefold() not in (name.casefold(), str(channel.number)):
            wanted = [n for n, one in known.items() if one.casefold() == channel.name.casefold()]
            hint = f"; write {channel.name}: {wanted[0]}" if wanted else ""
            raise DataError(
                f"{path}: data.channels must be among its channels {listed}, got {channel.name} "
                f"({channel.number}){hint}"
            )
