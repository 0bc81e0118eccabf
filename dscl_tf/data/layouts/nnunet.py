"""The raw form of nnU-Net: `imagesTr/NAME_0000.nii.gz`, one file per channel, no list of files.

Isensee et al., Nature Methods 2021; nnU-Net version 2, "dataset format".
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.channel_files import check_names, with_channels
from dscl_tf.data.layouts.folder import files_by_id, match_files, pair
from dscl_tf.errors import DataError
from dscl_tf.text import counted


def find_nnunet_cases(
    source: Path, index: dict[str, Any], channel: int | None, data: Data | None = None
) -> list[Case]:
    """List the volumes of imagesTr with masks, and those of imagesTs, if any, without.

    Ids are the files' names without channel and ending.

    Args:
        source: the folder that holds `dataset.json`.
        index: its content: `channel_names`, `numTraining`, `file_ending`.
        channel: which channel to use, from 0; may be None where there is only one. Of several it
            is the first.
        data: its `channels`, if any, are the files of a volume.

    Raises:
        DataError: `index` lacks a key, the channel does not exist or is not chosen, or the files
            do not agree with `index` or with each other.
    """
    path = source / "dataset.json"
    try:
        channels = len(index["channel_names"])
        count, ending = int(index["numTraining"]), str(index["file_ending"])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: must be a data set's index, got {error!r}") from error
    if channel is None and channels == 1:
        channel = 0
    if channel is None or channel >= channels:
        given = "none" if channel is None else channel
        raise DataError(f"{path}: data.channel must be in 0 to {channels - 1}, got {given}")
    if data is not None:
        check_names(data, index, path)
    numbers = [one.number for one in (data.channels if data else None) or ()] or [channel]
    images = _by_channel(source, "imagesTr", numbers, ending)
    tests = _by_channel(source, "imagesTs", numbers, ending)
    masks = files_by_id(match_files(source, f"labelsTr/{{id}}{ending}"))
    if len(images) != count:
        raise DataError(
            f"{path}: numTraining is {count}, got {counted(len(images), 'file')} "
            f"imagesTr/*_{numbers[0]:04d}{ending}"
        )
    missing = {
        id: f"{source / 'labelsTr' / id}{ending}: every image in imagesTr must have a label, "
        "got no such file"
        for id in images
        if id not in masks
    }
    training = [
        replace(case, problem=case.problem or missing.get(case.id))
        for case in _cases(images, masks, source / "imagesTr", data)
    ]
    return [*training, *_cases(tests, {}, source / "imagesTs", data)]


Files = dict[str, list[Path | None]]
"""By id a file for each channel, or None where it is missing."""


def _by_channel(source: Path, part: str, numbers: Sequence[int], ending: str) -> Files:
    """Return the files of a folder; of a volume at least one channel is there."""
    found = [
        files_by_id(match_files(source, f"{part}/{{id}}_{number:04d}{ending}"))
        for number in numbers
    ]
    ids = sorted({id for files in found for id in files})
    return {id: [files.get(id) for files in found] for id in ids}


def _cases(images: Files, masks: dict[str, Path], place: Path, data: Data | None) -> list[Case]:
    first = {id: next(file for file in files if file) for id, files in images.items()}
    cases = pair(first, masks)
    if data is None or data.channels is None:
        return cases
    return [
        with_channels(case, images[case.id], data, str(place)) if case.id in images else case
        for case in cases
    ]
