"""A slice store of noise, of any size, for the benchmarks of the store."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.store.assemble import places_of
from dscl_tf.data.store.index import index_of, settings_of, write_index
from dscl_tf.data.store.publish import planned
from dscl_tf.data.store.shard_files import (
    MASKS,
    array_paths,
    array_shapes,
    npy_bytes,
    stored_dtype,
    write_shard,
)
from dscl_tf.data.store.shard_plan import SHARD_BYTES, PlannedShard
from dscl_tf.data.store.volume_entry import VolumeEntry


def write_synthetic_store(
    folder: Path, volumes: int, depth: int, side: int, dtype: str = "float32", sparse: bool = False
) -> None:
    """Write a store of `volumes` volumes of `depth` slices of `side` x `side`.

    With `sparse` the shards have their size and no content, which is enough to open the store
    where it has many.
    """
    data = Data(classes={1: "one", 2: "two"}, spacing=(1.0, 1.0), grid=(side, side), dtype=dtype)
    settings = settings_of(data)
    entries = _entries(volumes, depth, side, data)
    shards = planned(entries, settings, SHARD_BYTES)
    folder.mkdir(parents=True, exist_ok=True)
    if sparse:
        _write_sparse(folder, shards, settings)
    else:
        _write_noise(folder, shards, settings, depth, side)
    write_index(folder, index_of(entries, places_of(entries, shards), {}, data))


def _entries(volumes: int, depth: int, side: int, data: Data) -> list[VolumeEntry]:
    shape = (side, side, depth)
    volume = Volume(np.broadcast_to(np.float32(0), shape), np.eye(4), (1.0, 1.0, 1.0), Path("none"))
    geometry = Geometry.of(volume, data)
    return [
        VolumeEntry(
            id=f"{number:06d}",
            first_slice=number * depth,
            depth=depth,
            labelled=True,
            geometry=geometry,
            source=f"/synthetic/{number:06d}.nii.gz",
            sha256=f"{number:064x}",
            mask_source=f"/synthetic/{number:06d}_gt.nii.gz",
            mask_sha256=f"{number:064x}",
            intensity_range=(0.0, 1.0),
            oriented=True,
            label_counts=(),
            checksum=0,
        )
        for number in range(volumes)
    ]


def _write_noise(
    folder: Path,
    shards: Sequence[PlannedShard],
    settings: dict[str, Any],
    depth: int,
    side: int,
) -> None:
    rng = np.random.default_rng(0)
    noise = rng.random((depth, side, side, 1), np.float32)
    labels = rng.integers(0, 3, (depth, side, side), np.uint8)

    def repeated(array: np.ndarray, count: int) -> Iterator[np.ndarray]:
        for number in range(count):
            yield np.roll(array, number, axis=0)

    for shard in shards:
        count = len(shard.volumes)
        write_shard(
            folder,
            shard.name,
            shard.slices,
            settings,
            repeated(noise, count),
            repeated(labels, count),
        )


def _write_sparse(folder: Path, shards: Sequence[PlannedShard], settings: dict[str, Any]) -> None:
    for shard in shards:
        shapes, dtypes = array_shapes(shard.slices, settings), (stored_dtype(settings), MASKS)
        for path, shape, dtype in zip(array_paths(folder, shard.name), shapes, dtypes, strict=True):
            with path.open("wb") as file:
                file.truncate(npy_bytes(shape, dtype))
