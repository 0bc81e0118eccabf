"""The layout of the Medical Segmentation Decathlon: a `dataset.json` that lists the files.

Antonelli et al., Nature Communications 2022. nnU-Net's raw data sets have such a file too: those of
version 1 with the list, though the files have their channel in their names; those of version 2
without it.
"""

import os
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.io.endings import stem
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.channel_files import check_names, with_channels
from dscl_tf.data.layouts.find import on_disk
from dscl_tf.data.layouts.msd_index import LISTS, Entry, read_msd_index
from dscl_tf.data.layouts.nnunet import find_nnunet_cases
from dscl_tf.errors import DataError
from dscl_tf.text import counted


def find_msd_cases(
    source: Path, channel: int | None = None, data: Data | None = None
) -> list[Case]:
    """List the volumes of a data set: `training`, `validation` and `test`, each with its mask.

    Volumes of `test` mostly have none. Ids are the files' names without their ending, such as
    hippocampus_001. Where a listed file does not exist, `NAME_0000` takes the place of `NAME`, as
    in nnU-Net's version 1; else the case has a `problem`.

    Args:
        source: the folder that holds `dataset.json`.
        channel: `data.channel`, which selects one of a volume's files per channel; of several
            channels the first.
        data: its `channels`, if any, are the files of a volume, or channels of a 4-D file.

    Raises:
        DataError: `source` has no readable `dataset.json`, or it lists no volume or one twice.
    """
    index = read_msd_index(source)
    if index.of_nnunet:
        return find_nnunet_cases(source, dict(index.tree), channel, data)
    if not index.entries:
        lists = f"{', '.join(LISTS[:-1])} or {LISTS[-1]}"
        raise DataError(f"{index.path}: must list volumes under {lists}, got none")
    if data is not None:
        check_names(data, index.tree, index.path)
    return [_case(source, entry, channel, data) for entry in index.entries]


def _case(source: Path, entry: Entry, channel: int | None, data: Data | None) -> Case:
    image, problem = _image(source, entry, channel)
    mask = on_disk(source / entry.mask) if entry.mask else None
    if not problem:
        absent = [file for file in (image, mask) if file and not os.path.lexists(file)]
        problem = f"{absent[0]}: dataset.json lists it, got no such file" if absent else None
    name = stem(source / entry.image[0])
    id = name.removesuffix("_0000") if len(entry.image) > 1 else name
    case = Case(id, image, mask, problem)
    files = _files(source, entry)
    if data is None or len(data.channels or ()) < 2 or len(files) == 1:
        return case  # of one channel, or 4-D
    numbers = [channel.number for channel in data.channels or ()]
    found = [
        files[number] if number < len(files) and os.path.lexists(files[number]) else None
        for number in numbers
    ]
    return with_channels(case, found, data, str(image.parent))


def _files(source: Path, entry: Entry) -> list[Path]:
    """Return the image's file, or those of its channels."""
    files = [on_disk(source / name) for name in entry.image]
    if len(files) == 1 and not os.path.lexists(files[0]):
        return _channels(files[0]) or files
    return files


def _image(source: Path, entry: Entry, channel: int | None) -> tuple[Path, str | None]:
    """Return the image's file, and why it cannot be told which one that is."""
    files = _files(source, entry)
    if len(files) == 1 and (not channel or files[0] == on_disk(source / entry.image[0])):
        return files[0], None  # the file of all channels, or the first of a file for each
    if channel is None or channel >= len(files):
        given = "none" if channel is None else channel
        has = counted(len(files), "channel")
        rule = f"has {has}, data.channel must be in 0 to {len(files) - 1}"
        return files[0], f"{files[0]}: {rule}, got {given}"
    return files[channel], None


def _channels(listed: Path) -> list[Path]:
    """Return the files NAME_0000, NAME_0001, ... of a listed NAME, in nnU-Net's version 1."""
    name = stem(listed)
    ending = listed.name.removeprefix(name)
    files: list[Path] = []
    while os.path.lexists(file := on_disk(listed.with_name(f"{name}_{len(files):04d}{ending}"))):
        files.append(file)
    return files
