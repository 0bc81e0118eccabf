"""Volumes to predict whose channels are files of their own."""

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.channels import channel_names
from dscl_tf.data.io.headers import channel_count
from dscl_tf.data.layouts import Case
from dscl_tf.data.layouts.channel_files import with_channels
from dscl_tf.data.layouts.dicom import Note
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.inputs import Input, list_inputs

logger = logging.getLogger(__name__)

NUMBERED = re.compile(r"(?P<stem>.+)_(?P<number>\d{4})(?P<ending>\.nii(\.gz)?)", re.IGNORECASE)


def joined(volumes: Sequence[Input], data: Data, note: Note | None = None) -> list[Input]:
    """Join the files NAME_0000, NAME_0001, ... of a patient, as nnU-Net names channels.

    The mask is called NAME. Files of channels that the network does not take are passed over; what
    has another name is left as it is, such as a 4-D file.

    Args:
        volumes: the files.
        data: names the channels; without names all volumes are left as they are.
        note: is called with a file of a patient who lacks a channel, and the error; by default the
            error is raised.

    Raises:
        DataError: a patient lacks a channel, or two masks would have one name.

    >>> data = Data(
    ...     layout="msd", classes={1: "a"}, spacing=(1, 1), grid=(8, 8), channels=["T2", "ADC"]
    ... )
    >>> names = ["p_0000.nii", "p_0001.nii", "p_0002.nii", "both.nii"]
    >>> found = joined([Input(name, Path(name)) for name in names], data)
    >>> [(volume.mask_name, len(volume.further)) for volume in found]
    [('p.nii', 1), ('both.nii', 0)]
    """
    if data.channels is None:
        return list(volumes)
    groups: dict[tuple[Path, str], dict[int, Input]] = {}
    for volume in volumes:
        match = NUMBERED.fullmatch(volume.path.name)
        if match and not volume.further:
            key = volume.path.parent, match["stem"]
            groups.setdefault(key, {})[int(match["number"])] = volume
        else:
            groups[volume.path, ""] = {-1: volume}
    found: list[Input] = []
    unused = 0
    for group in groups.values():
        first = next(iter(group.values()))
        if -1 in group or (len(group) == 1 and _is_4d(first.path)):
            found.append(first)
            continue
        try:
            found.append(_joined(group, data))
        except DataError as error:
            if note is None:
                raise
            note(first.path, error)
        else:
            unused += len(group) - len(data.channels or ())
    names = [volume.mask_name for volume in found]
    if repeated := [volume for volume in found if names.count(volume.mask_name) > 1]:
        raise DataError(
            f"{repeated[0].path}: masks must have different names, got {repeated[0].mask_name} "
            f"for {repeated[1].path} too"
        )
    if unused:
        logger.info(f"passed over {unused} files of channels other than {channel_names(data)}")
    return found


def channel_inputs(given: Mapping[str, Path], data: Data) -> list[Input]:
    """Return the volumes whose channels are named one by one.

    Args:
        given: by the channel's name a file; or a folder or a pattern of files, which then have the
            same names for all channels.
        data: names the channels.

    Raises:
        UsageError: the names are not those of the channels, or single files and sets are mixed.
        DataError: a path is none of these, or a channel lacks a file that another has.
    """
    names = [channel.name for channel in data.channels or ()]
    if len(names) < 2:
        raise UsageError("`channel`: needs a network of several channels, got one of a single one")
    if sorted(given) != sorted(names):
        raise UsageError(
            f"`channel`: must name each of {', '.join(names)} once, got {', '.join(given)}"
        )
    alone = data.model_copy(update={"channels": None})
    paths = [given[name] for name in names]
    listed = [list_inputs([path], alone) for path in paths]
    if all(len(volumes) == 1 for volumes in listed) and not any(path.is_dir() for path in paths):
        first, *others = (volume for (volume,) in listed)
        return [replace(first, further=tuple(volume.path for volume in others))]
    if single := [path for path in paths if path.is_file()]:
        several = next(path for path in paths if path not in single)
        raise UsageError(
            "`channel`: must be single files, or folders and patterns of several, "
            f"got {single[0]} and {several}"
        )
    files = [{volume.mask_name: volume.path for volume in volumes} for volumes in listed]
    together = ", ".join(map(str, paths))
    found: list[Input] = []
    for name in sorted({name for folder in files for name in folder}):
        case = Case(name, paths[0], None)
        case = with_channels(case, [folder.get(name) for folder in files], data, together)
        if case.problem:
            raise DataError(case.problem)
        found.append(Input(name, case.image, case.further))
    return found


def _joined(group: Mapping[int, Input], data: Data) -> Input:
    """Return the files of one patient as one input."""
    first = next(iter(group.values()))
    match = NUMBERED.fullmatch(first.path.name)
    assert match is not None  # the group was made of such names
    numbers = [channel.number for channel in data.channels or ()]
    files = [group[number].path if number in group else None for number in numbers]
    case = Case(match["stem"], first.path, None)
    case = with_channels(case, files, data, str(first.path.parent))
    if case.problem:
        raise DataError(case.problem)
    mask = re.sub(r"_\d{4}(\.[^_]*)$", r"\1", first.mask_name)
    return Input(mask, case.image, case.further)


def _is_4d(path: Path) -> bool:
    try:
        return channel_count(path) > 1
    except DataError:
        return False  # whoever reads the file says what is wrong with it
