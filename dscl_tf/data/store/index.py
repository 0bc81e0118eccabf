"""The index of a slice store, `index.json`: made, written and read."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.index_file import FormatFields, IndexFields
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.files import whole_file
from dscl_tf.names import check_name
from dscl_tf.readers import read_json, read_tree

FORMAT = 2
INDEX_NAME = "index.json"


class OutdatedStoreError(DataError):
    """A store that an earlier version of the package wrote."""


@dataclass(frozen=True)
class Index:
    """What an index holds, in the words of `SliceStore`."""

    volumes: dict[str, VolumeEntry]
    settings: dict[str, Any]
    skipped: dict[str, str]
    version: str
    supply: Supply | None


def settings_of(data: Data) -> dict[str, Any]:
    """Return the data settings as the index holds them, as JSON values.

    >>> settings = settings_of(Data(classes={1: "organ"}, spacing=(1.5, 1.5), grid=(64, 64)))
    >>> settings["spacing"], settings["classes"]
    ([1.5, 1.5], {'1': 'organ'})
    """
    return json.loads(data.model_dump_json())


def index_of(
    entries: Sequence[VolumeEntry],
    skipped: Mapping[str, str],
    data: Data,
    supply: Supply | None = None,
) -> dict[str, Any]:
    """Return a store's index as JSON values.

    Its `version` is a function of the settings and of the volumes' ids and content.

    Args:
        entries: the volumes, in the order of their slices.
        skipped: per volume that was left out, why.
        data: how the volumes were prepared.
        supply: what the data set's folder holds; None where it is not known.
    """
    settings = settings_of(data)
    made_from = [settings, [[e.id, e.sha256, e.mask_sha256, e.depth] for e in entries]]
    return {
        "format": FORMAT,
        "version": hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16],
        "settings": settings,
        "skipped": [{"id": id, "message": message} for id, message in skipped.items()],
        **({} if supply is None else {"supplied": asdict(supply)}),
        "volumes": [asdict(entry) for entry in entries],
    }


def write_index(folder: Path, index: Mapping[str, Any]) -> None:
    """Write the index of the store in `folder`, or replace it in one step.

    Raises:
        OSError: the disk is full or read-only.
    """
    with whole_file(folder / INDEX_NAME, "w") as file:
        json.dump(index, file, indent=1)


def read_index(folder: Path) -> Index:
    """Read and check the index of the store in `folder`.

    Raises:
        OutdatedStoreError: an earlier version of the package wrote it.
        DataError: it is missing or damaged, or of an unknown format.
    """
    path, rule = folder / INDEX_NAME, "cannot be read as the index of a slice store"
    try:
        _check_format(read_json(path, FormatFields, rule).format, path)
        tree = read_tree(path, IndexFields, rule)
    except DataError as error:
        if isinstance(error.__cause__, FileNotFoundError):
            raise DataError(f"{path}: is missing, so this is no slice store") from error
        raise
    entries = [VolumeEntry.from_dict(fields) for fields in tree["volumes"]]
    for name in (tree["version"], *(entry.id for entry in entries)):
        check_name(name, path)  # they become names of files
    _check_slices(entries, path)
    return Index(
        volumes={entry.id: entry for entry in entries},
        settings=settings_of(Data.model_validate(tree["settings"])),
        skipped={entry["id"]: entry["message"] for entry in tree["skipped"]},
        version=tree["version"],
        supply=_supply(tree.get("supplied")),
    )


def _supply(fields: Mapping[str, Any] | None) -> Supply | None:
    return Supply(**{**fields, "examples": tuple(fields["examples"])}) if fields else None


def _check_format(number: int, path: Path) -> None:
    if number < FORMAT:
        raise OutdatedStoreError(
            f"{path}: the store's format must be {FORMAT}, got {number}, of an earlier version of "
            "dscl-tf; prepare it again with dscl-tf data prepare"
        )
    if number > FORMAT:
        raise DataError(f"{path}: the store's format must be {FORMAT}, got {number}")


def _check_slices(entries: Sequence[VolumeEntry], path: Path) -> None:
    """Check that the volumes' slices follow each other without a gap."""
    first = 0
    for entry in entries:
        if entry.first_slice != first or entry.depth != entry.geometry.depth:
            raise DataError(
                f"{path}: the slices of volume {entry.id} must start at {first}, got {entry.slices}"
            )
        first = entry.slices.stop
