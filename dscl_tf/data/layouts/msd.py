"""The layout of the Medical Segmentation Decathlon: a `dataset.json` that lists the files.

Antonelli et al., Nature Communications 2022.
"""

import json
from pathlib import Path

from dscl_tf.data.case import Case
from dscl_tf.errors import DataError


def find_msd_cases(source: Path) -> list[Case]:
    """List the volumes that `dataset.json` names: `training` with masks, `test` without.

    Ids are the files' names without their ending, such as hippocampus_001.

    Raises:
        DataError: `source` has no readable `dataset.json`, it lists no volume, or a listed file
            is missing.
    """
    path = source / "dataset.json"
    try:
        index = json.loads(path.read_text())
        listed = [(entry["image"], entry["label"]) for entry in index.get("training", [])]
        listed += [(image, None) for image in index.get("test", [])]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(f"{path}: must be a Decathlon data set's index, got {error!r}") from error
    names = [name for image, mask in listed for name in (image, mask) if name is not None]
    if wrong := [name for name in names if not (isinstance(name, str) and name)]:
        raise DataError(f"{path}: must name files by their paths, got {wrong[0]!r}")
    if not listed:
        raise DataError(f"{path}: must list volumes under training or test, got none")
    return [_case(source, image, mask) for image, mask in listed]


def _case(source: Path, image: str, mask: str | None) -> Case:
    files = [source / name for name in (image, mask) if name]
    for file in files:
        if not file.is_file():
            raise DataError(f"{file}: dataset.json lists it, got no such file")
    name = files[0].name.removesuffix(".gz").removesuffix(".nii")
    return Case(name, files[0], files[1] if mask else None)
