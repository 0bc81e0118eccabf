"""The layout of the Medical Segmentation Decathlon: a `dataset.json` that lists the files.

Antonelli et al., Nature Communications 2022. nnU-Net's raw data sets have such a file too, without
the list.
"""

import json
import os
from pathlib import Path
from typing import Any

from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.nnunet import find_nnunet_cases
from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors


def find_msd_cases(source: Path, channel: int | None = None) -> list[Case]:
    """List the volumes of a data set: `training` with masks, `test` without.

    Ids are the files' names without their ending, such as hippocampus_001. Files named `._*`, which
    macOS leaves beside others, are passed over. Where a listed file does not exist, the case has a
    `problem`.

    Args:
        source: the folder that holds `dataset.json`.
        channel: `data.channel`, which selects one of nnU-Net's files per channel.

    Raises:
        DataError: `source` has no readable `dataset.json`, or it lists no volume or one twice.
    """
    path = source / "dataset.json"
    with report_read_errors(path):
        text = path.read_text()
    try:
        index = json.loads(text)
        of_nnunet = "channel_names" in index and "training" not in index
        listed = [] if of_nnunet else _listed(index)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: must be a Decathlon data set's index, got {error!r}") from error
    if of_nnunet:
        return find_nnunet_cases(source, index, channel)
    names = [name for image, mask in listed for name in (image, mask) if name is not None]
    if wrong := [name for name in names if not (isinstance(name, str) and name)]:
        raise DataError(f"{path}: must name files by their paths, got {wrong[0]!r}")
    if not listed:
        raise DataError(f"{path}: must list volumes under training or test, got none")
    seen: set[Path] = set()
    for file in (Path(name) for names in listed for name in names if name):
        if file in seen:
            raise DataError(f"{path}: must list each file once, got twice {file}")
        seen.add(file)
    return [_case(source, image, mask) for image, mask in listed]


def _listed(index: dict[str, Any]) -> list[tuple[str, str | None]]:
    listed = [(entry["image"], entry["label"]) for entry in index.get("training", [])]
    listed += [(image, None) for image in index.get("test", [])]
    return [names for names in listed if not str(names[0]).rpartition("/")[2].startswith("._")]


def _case(source: Path, image: str, mask: str | None) -> Case:
    files = [source / name for name in (image, mask) if name]
    name = files[0].name.removesuffix(".gz").removesuffix(".nii")
    absent = [file for file in files if not os.path.lexists(file)]
    problem = f"{absent[0]}: dataset.json lists it, got no such file" if absent else None
    return Case(name, files[0], files[1] if mask else None, problem)
