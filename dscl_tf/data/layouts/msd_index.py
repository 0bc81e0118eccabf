"""A Decathlon data set's `dataset.json`, as the challenge, MONAI and nnU-Net write it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from dscl_tf.errors import DataError, one_line
from dscl_tf.files import report_read_errors

LISTS = ("training", "validation", "test")


@dataclass(frozen=True)
class Entry:
    """One volume of the index.

    Attributes:
        image: path of the image below the data set's folder; of several channels, of each one.
        mask: path of the mask, or None.
    """

    image: tuple[str, ...]
    mask: str | None


@dataclass(frozen=True)
class MsdIndex:
    """What a `dataset.json` holds.

    Attributes:
        path: the file.
        tree: all of it.
        entries: the volumes that it lists, each once; none where it is of nnU-Net's version 2.
        read: by key of a list that was read, its number of entries.
        unread: by key of a list that was not read, its number of entries.
    """

    path: Path
    tree: Mapping[str, Any]
    entries: list[Entry]
    read: dict[str, int]
    unread: dict[str, int]

    @property
    def of_nnunet(self) -> bool:
        """Whether it is of nnU-Net's version 2, which lists no files."""
        return "channel_names" in self.tree and "training" not in self.tree


def read_msd_index(source: Path) -> MsdIndex:
    """Read and check the `dataset.json` of a data set.

    An entry of `training`, `validation` or `test` is a path, or a mapping of `image` to a path or
    to a list of the paths of its channels, and perhaps of `label` to the path of the mask. An image
    in two of these lists is one volume, with the mask that one of them names. Files named `._*`,
    which macOS leaves beside others, are passed over.

    Args:
        source: the folder that holds it.

    Raises:
        DataError: it is missing or unreadable, an entry has another form, or a list names a file
            twice.
    """
    path = source / "dataset.json"
    with report_read_errors(path):
        text = path.read_text(encoding="utf-8-sig")  # with or without a byte order mark
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: must be JSON, got {one_line(error)}") from error
    if not isinstance(tree, dict):
        raise DataError(f"{path}: must be a Decathlon data set's index, got {type(tree).__name__}")
    counts = {key: len(value) for key, value in tree.items() if isinstance(value, list)}
    index = MsdIndex(path, tree, [], {}, counts)
    if index.of_nnunet:
        return index
    for key in LISTS:
        if not isinstance(tree.get(key, []), list):
            raise DataError(f"{path}: {key} must be a list of volumes, got {_cut(tree[key])}")
    lists = {key: _entries(tree[key], key, path) for key in LISTS if key in tree}
    return MsdIndex(
        path,
        tree,
        _joined(lists, path),
        {key: count for key, count in counts.items() if key in LISTS},
        {key: count for key, count in counts.items() if key not in LISTS},
    )


def _entries(listed: list[Any], key: str, path: Path) -> list[Entry]:
    entries = [_entry(one, key, path) for one in listed]
    return [one for one in entries if not PurePosixPath(one.image[0]).name.startswith("._")]


def _entry(listed: Any, key: str, path: Path) -> Entry:
    given = listed if isinstance(listed, dict) else {"image": listed}
    if "image" not in given:
        raise DataError(f"{path}: each volume in {key} must name its image, got {_cut(listed)}")
    image, mask = given["image"], given.get("label")
    images = image if isinstance(image, list) else [image]
    masks = mask if isinstance(mask, list) else [mask] if mask not in (None, "") else []
    names = [*images, *masks]
    if not images or len(masks) > 1 or not all(isinstance(n, str) and n for n in names):
        raise DataError(f"{path}: must name files by their paths, got {_cut(listed)} in {key}")
    return Entry(tuple(_same(name) for name in images), _same(masks[0]) if masks else None)


def _joined(lists: Mapping[str, list[Entry]], path: Path) -> list[Entry]:
    """Return the volumes of all lists; one of several lists is one volume."""
    joined: dict[tuple[str, ...], Entry] = {}
    masks: dict[str, tuple[str, ...]] = {}
    for entries in lists.values():
        files = [name for entry in entries for name in (*entry.image, entry.mask) if name]
        if repeated := sorted({name for name in files if files.count(name) > 1}):
            raise DataError(f"{path}: must list each file once, got twice {repeated[0]}")
        for entry in entries:
            known = joined.get(entry.image, entry)
            if None not in (known.mask, entry.mask) and known.mask != entry.mask:
                raise DataError(
                    f"{path}: must name one mask for {entry.image[0]}, got {known.mask} and "
                    f"{entry.mask}"
                )
            joined[entry.image] = known if known.mask else entry
            if entry.mask and masks.setdefault(entry.mask, entry.image) != entry.image:
                raise DataError(f"{path}: must list each file once, got twice {entry.mask}")
    images = {name for entry in joined.values() for name in entry.image}
    if both := sorted(images & masks.keys()):
        raise DataError(f"{path}: must list each file once, got twice {both[0]}")
    return list(joined.values())


def _same(name: str) -> str:
    """Return one form of a path, so that ./a and a are the same."""
    return str(PurePosixPath(name))


def _cut(value: Any) -> str:
    text = repr(value) if not isinstance(value, list | dict) else str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
