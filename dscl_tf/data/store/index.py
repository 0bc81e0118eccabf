"""The index of a slice store: made, written and read.

`index.json` holds what is said of the whole store, and names the columns: `index-DIGEST.npz`, one
row per volume, read as arrays. Replacing the first replaces the store.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.check_columns import check_columns
from dscl_tf.data.store.columns import columns_of
from dscl_tf.data.store.former_index import FORMER_FORMAT, former_volumes
from dscl_tf.data.store.index_file import FormatFields, FormerIndexFields, IndexFields
from dscl_tf.data.store.places import Places
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.volumes import Volumes
from dscl_tf.errors import DataError
from dscl_tf.files import whole_file
from dscl_tf.names import check_name
from dscl_tf.readers import read_json, read_tree
from dscl_tf.readers.npz_file import read_npz, write_npz

FORMAT = 3
INDEX_NAME = "index.json"
RULE = "cannot be read as the index of a slice store"


class OutdatedStoreError(DataError):
    """A store that an earlier version of the package wrote."""


@dataclass(frozen=True)
class Index:
    """What an index holds, in the words of `SliceStore`; `places` says where the slices lie."""

    volumes: Volumes
    settings: dict[str, Any]
    skipped: dict[str, str]
    version: str
    supply: Supply | None
    places: Places
    format: int


@dataclass(frozen=True)
class NewIndex:
    """An index to write: the values of `index.json`, and the columns that it names."""

    tree: dict[str, Any]
    columns: dict[str, np.ndarray]


def settings_of(data: Data) -> dict[str, Any]:
    """Return the data settings as the index holds them, as JSON values.

    >>> settings = settings_of(Data(classes={1: "organ"}, spacing=(1.5, 1.5), grid=(64, 64)))
    >>> settings["spacing"], settings["classes"]
    ([1.5, 1.5], {'1': 'organ'})
    """
    return json.loads(data.model_dump_json())


def index_of(
    entries: Sequence[VolumeEntry],
    places: Places,
    skipped: Mapping[str, str],
    data: Data,
    supply: Supply | None = None,
) -> NewIndex:
    """Return a store's index.

    Its `version` is a function of the settings and of the volumes' ids and content.

    Args:
        entries: the volumes, in the order of their slices.
        places: of their slices.
        skipped: per volume that was left out, why.
        data: how the volumes were prepared.
        supply: what the data set's folder holds; None where it is not known.
    """
    settings = settings_of(data)
    made_from = [settings, [[e.id, e.sha256, e.mask_sha256, e.depth] for e in entries]]
    columns = columns_of(entries, places.shards.tolist(), places.offsets.tolist())
    packed = TextColumn.pack(places.names)
    columns |= {f"shard_name_{part}": array for part, array in packed.items()}
    digest = hashlib.sha256()
    for name, array in columns.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(np.ascontiguousarray(array).data)
    tree = {
        "format": FORMAT,
        "version": hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16],
        "settings": settings,
        "skipped": [{"id": id, "message": message} for id, message in skipped.items()],
        **({} if supply is None else {"supplied": asdict(supply)}),
        "columns": digest.hexdigest()[:32],
    }
    return NewIndex(json.loads(json.dumps(tree)), columns)


def columns_path(folder: Path, digest: str) -> Path:
    """Return the path of the columns of the store in `folder`."""
    return folder / f"index-{digest}.npz"


def write_index(folder: Path, index: NewIndex) -> None:
    """Write the index of the store in `folder`, or replace it in one step.

    Raises:
        OSError: the disk is full or read-only.
    """
    with whole_file(columns_path(folder, index.tree["columns"])) as file:
        write_npz(file, index.columns)
    with whole_file(folder / INDEX_NAME, "w") as file:
        json.dump(index.tree, file, indent=1)


def is_index(folder: Path, index: NewIndex) -> bool:
    """Return whether the store in `folder` has just this index."""
    path = columns_path(folder, index.tree["columns"])
    return path.is_file() and bool(read_tree(folder / INDEX_NAME, dict[str, Any]) == index.tree)


def read_index(folder: Path) -> Index:
    """Read and check the index of the store in `folder`, of this format or the one before.

    Raises:
        OutdatedStoreError: a version of the package wrote it whose stores are not read any more.
        DataError: it is missing or damaged, or of an unknown format.
    """
    path = folder / INDEX_NAME
    try:
        number = read_json(path, FormatFields, RULE).format
        _check_format(number, path)
        index: FormerIndexFields | IndexFields
        if number == FORMER_FORMAT:
            index = read_json(path, FormerIndexFields, RULE)
        else:
            index = read_json(path, IndexFields, RULE)
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise DataError(f"{path}: is missing, so this is no slice store") from error
        raise
    check_name(index.version, path)  # it becomes the name of files
    if isinstance(index, FormerIndexFields):
        volumes, places = former_volumes(index, path)
    else:
        volumes, places = _read_columns(folder, check_name(index.columns, path))
    return Index(
        volumes=volumes,
        settings=settings_of(Data.model_validate(index.settings)),
        skipped={entry.id: entry.message for entry in index.skipped},
        version=index.version,
        supply=index.supplied,
        places=places,
        format=number,
    )


def _read_columns(folder: Path, digest: str) -> tuple[Volumes, Places]:
    path = columns_path(folder, digest)
    arrays = read_npz(path)
    volumes = Volumes(arrays, check_columns(arrays, f"{path}"))
    names = TextColumn(arrays["shard_name_text"], arrays["shard_name_ends"]).all()
    places = Places.of(arrays["depth"], arrays["shard"], arrays["offset"], names)
    return volumes, places


def _check_format(number: int, path: Path) -> None:
    if number < FORMER_FORMAT:
        raise OutdatedStoreError(
            f"{path}: the store's format must be {FORMAT}, got {number}, of an earlier version of "
            "dscl-tf; prepare it again with dscl-tf data prepare"
        )
    if number > FORMAT:
        raise DataError(f"{path}: the store's format must be {FORMAT}, got {number}")
