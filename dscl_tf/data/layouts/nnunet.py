"""The raw form of nnU-Net: `imagesTr/NAME_0000.nii.gz`, one file per channel, no list of files.

Isensee et al., Nature Methods 2021; nnU-Net version 2, "dataset format".
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.folder import files_by_id, match_files, pair
from dscl_tf.errors import DataError
from dscl_tf.text import counted


def find_nnunet_cases(source: Path, index: dict[str, Any], channel: int | None) -> list[Case]:
    """List the volumes of imagesTr with masks, and those of imagesTs, if any, without.

    Ids are the files' names without channel and ending.

    Args:
        source: the folder that holds `dataset.json`.
        index: its content: `channel_names`, `numTraining`, `file_ending`.
        channel: which channel to use, from 0; may be None where there is only one.

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
    suffix = f"_{channel:04d}{ending}"
    images = files_by_id(match_files(source, f"imagesTr/{{id}}{suffix}"))
    masks = files_by_id(match_files(source, f"labelsTr/{{id}}{ending}"))
    tests = files_by_id(match_files(source, f"imagesTs/{{id}}{suffix}"))
    if len(images) != count:
        raise DataError(
            f"{path}: numTraining is {count}, got {counted(len(images), 'file')} imagesTr/*{suffix}"
        )
    missing = {
        id: f"{source / 'labelsTr' / id}{ending}: every image in imagesTr must have a label, "
        "got no such file"
        for id in images
        if id not in masks
    }
    training = [
        replace(case, problem=case.problem or missing.get(case.id)) for case in pair(images, masks)
    ]
    return [*training, *pair(tests, {})]
