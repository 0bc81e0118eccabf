"""A plain folder of images, with masks or without, that two patterns describe."""

import re
from pathlib import Path

from dscl_tf.config import Data, Folder
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.layouts.channel_files import with_channels
from dscl_tf.data.layouts.find import find
from dscl_tf.errors import DataError
from dscl_tf.text import one_form


def find_folder_cases(source: Path, folder: Folder, data: Data | None = None) -> list[Case]:
    """List the images that fit `folder.images`, each with the mask of the same id.

    Args:
        source: the folder.
        folder: the patterns.
        data: names the channels, where there are patterns for each.

    Raises:
        DataError: `source` is missing, no image or, where masks are described, no mask fits, two
            files fit one id, or masks have no image; the message names them.
    """
    cases = find_pairs(source, folder, data)
    if folder.masks and not any(case.mask or case.problem for case in cases):
        raise DataError(
            f"{source}: data.folder.masks {folder.masks} must fit at least one file, got none; "
            "leave it out where no volume has a mask"
        )
    return cases


def find_pairs(source: Path, folder: Folder, data: Data | None = None) -> list[Case]:
    """Do what `find_folder_cases` does; there need not be any mask."""
    masks = match_files(source, folder.masks) if folder.masks else {}
    if isinstance(folder.images, str):
        images, masks = _images(source, folder.images, folder.masks, masks)
        return pair(files_by_id(images), files_by_id(masks))
    assert data is not None  # only configured folders have channels
    channels: list[dict[str, Path]] = []
    for pattern in folder.images.values():
        images, masks = _images(source, pattern, folder.masks, masks)
        channels.append(files_by_id(images))
    first = {id: path for files in reversed(channels) for id, path in files.items()}
    cases = pair(dict(sorted(first.items())), files_by_id(masks))
    return [
        with_channels(case, [files.get(case.id) for files in channels], data, str(source))
        if case.id in first
        else case
        for case in cases
    ]


def _images(
    source: Path, pattern: str, mask_pattern: str | None, masks: dict[Path, str]
) -> tuple[dict[Path, str], dict[Path, str]]:
    """Return the images that fit a pattern, and the masks that are none of these."""
    images = match_files(source, pattern)
    if len(mask_pattern or "") > len(pattern):
        images = {path: id for path, id in images.items() if path not in masks}
    else:
        masks = {path: id for path, id in masks.items() if path not in images}
    if not images:
        raise DataError(f"{source}: must hold images {pattern}, got none")
    return images, masks


def match_files(source: Path, pattern: str) -> dict[Path, str]:
    """Return the files under `source` that fit a pattern of `config.Folder`, each with its id.

    Files named `._*`, which macOS leaves beside others, fit no pattern. Names in any Unicode form
    are compared, and ids returned, in the form NFC.

    Raises:
        DataError: `source` is no folder.
    """
    if not source.is_dir():
        raise DataError(f"{source}: must be the data set's folder, got no such folder")
    fits = _regular_expression(one_form(pattern))
    found = {}
    for path in find(source, _glob(pattern).split("/")):
        match = fits.fullmatch(one_form(path.relative_to(source).as_posix()))
        if match and not path.name.startswith("._"):
            found[path] = match["id"]
    return found


def files_by_id(found: dict[Path, str]) -> dict[str, Path]:
    """Return the files by id.

    Raises:
        DataError: two files have one id.
    """
    files: dict[str, Path] = {}
    for path, id in found.items():
        if id in files:
            raise DataError(f"{path}: one file per volume id, got {files[id]} for {id} too")
        files[id] = path
    return files


def pair(images: dict[str, Path], masks: dict[str, Path]) -> list[Case]:
    """Join images and masks by id.

    An image without a mask is unlabelled; a mask without an image is a case with a `problem`.

    >>> pair({"a": Path("a.nii")}, {"a": Path("a_seg.nii")})
    [Case(id='a', image=PosixPath('a.nii'), mask=PosixPath('a_seg.nii'), problem=None, further=())]
    """
    alone = {id: mask for id, mask in masks.items() if id not in images}
    return [
        *(Case(id, image, masks.get(id)) for id, image in images.items()),
        *(
            Case(id, mask, None, f"{mask}: a mask must have an image, got none")
            for id, mask in alone.items()
        ),
    ]


def _glob(pattern: str) -> str:
    """Return a glob pattern that finds all files that fit, and perhaps others."""
    literal = re.sub(r"([?\[])", r"[\1]", pattern)  # special to fnmatch alone
    return re.sub(r"\*+", "*", literal.replace("{id}", "*"))


def _regular_expression(pattern: str) -> re.Pattern[str]:
    text = re.escape(pattern).replace(r"\*", "[^/]*")
    text = text.replace(r"\{id\}", "(?P<id>[^/]+)", 1)
    return re.compile(text.replace(r"\{id\}", "(?P=id)"))
