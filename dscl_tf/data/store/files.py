"""The files of a slice store, written."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.store.npy import write_npy
from dscl_tf.data.store.slice_store import FORMAT, VolumeEntry, array_paths, settings_of


def index_of(
    entries: Sequence[VolumeEntry], skipped: Mapping[str, str], data: Data
) -> dict[str, Any]:
    """Return a store's index as JSON values.

    Its `version` is a function of the settings and of the volumes' ids and content.
    """
    settings = settings_of(data)
    made_from = [settings, [[e.id, e.sha256, e.mask_sha256, e.depth] for e in entries]]
    return {
        "format": FORMAT,
        "version": hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:16],
        "settings": settings,
        "skipped": [{"id": id, "message": message} for id, message in skipped.items()],
        "volumes": [asdict(entry) for entry in entries],
    }


def write_files(
    folder: Path,
    index: Mapping[str, Any],
    images: Iterable[np.ndarray],
    masks: Iterable[np.ndarray],
) -> None:
    """Write the arrays and the index of a store into an existing folder.

    Args:
        folder: where to; what opens it must not see it before this returns.
        index: what `index_of` gave.
        images: per volume, (slices, rows, columns, channels) float32.
        masks: per volume, (slices, rows, columns) uint8.

    Raises:
        OSError: the disk is full.
    """
    slices = sum(entry["depth"] for entry in index["volumes"])
    plane = tuple(index["settings"]["grid"])
    images_path, masks_path = array_paths(folder, index["version"])
    channels = Data.model_validate(index["settings"]).channels
    write_npy(images_path, images, (slices, *plane, channels), np.float32)
    write_npy(masks_path, masks, (slices, *plane), np.uint8)
    write_index(folder, index)


def write_index(folder: Path, index: Mapping[str, Any]) -> None:
    """Write the index of a store, or replace it in one step."""
    temporary = folder / "index.json.tmp"
    with temporary.open("w") as file:
        json.dump(index, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / "index.json")


def publish(folder: Path, directory: Path) -> None:
    """Make the finished store in `folder` the one in `directory`, on the same disk.

    An existing store is valid at every moment: the new arrays have names of their own, and the
    index, which names them, is replaced last and in one step. Processes that have the former
    arrays open keep them.
    """
    if not directory.exists():
        folder.rename(directory)
        return
    for path in sorted(folder.iterdir(), key=lambda path: path.name == "index.json"):
        path.replace(directory / path.name)


def remove_stale(directory: Path, version: str) -> None:
    """Remove what interrupted or former runs left in a store's directory."""
    current = {path.name for path in array_paths(directory, version)}
    for pattern in ("images*.npy", "masks*.npy", "index.json.tmp"):
        for path in directory.glob(pattern):
            if path.name not in current:
                path.unlink()
