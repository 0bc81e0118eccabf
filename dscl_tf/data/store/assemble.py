"""A store's shards, put together from prepared volumes and from shards that are there."""

import functools
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.data.layouts import Case
from dscl_tf.data.store.checksum import added, checksum_of
from dscl_tf.data.store.former_store import FormerStore
from dscl_tf.data.store.partial_store import PartialStore, ShardRecord
from dscl_tf.data.store.places import Places
from dscl_tf.data.store.prepared_volume import load_array, load_entry
from dscl_tf.data.store.shard_files import (
    MASKS,
    array_paths,
    array_shapes,
    is_whole,
    stored_dtype,
    write_shard,
)
from dscl_tf.data.store.shard_plan import PlannedShard, PlannedVolume
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.readers.npz_file import map_npy

logger = logging.getLogger(__name__)
Arrays = tuple[np.ndarray, np.ndarray]


def new_entries(
    cases: Sequence[Case], kept: Mapping[str, VolumeEntry], folders: Mapping[str, Path]
) -> list[VolumeEntry]:
    """Return the entries of the new index, with the paths that the files have now.

    Args:
        cases: the volumes, in the order of their slices, by absolute paths.
        kept: by id the entries of the former store that are still valid.
        folders: by id the folders of the prepared volumes.
    """
    entries: list[VolumeEntry] = []
    for case in cases:
        entry = kept.get(case.id) or load_entry(folders[case.id])
        entries.append(
            replace(
                entry,
                first_slice=entries[-1].slices.stop if entries else 0,
                source=str(case.image),
                further_sources=tuple(map(str, case.further)),
                mask_source=str(case.mask) if case.mask else None,
            )
        )
    return entries


def places_of(entries: Sequence[VolumeEntry], shards: Sequence[PlannedShard]) -> Places:
    """Return where the slices of volumes lie, given the shards."""
    found: dict[str, tuple[int, int]] = {}
    for number, shard in enumerate(shards):
        first = 0
        for volume in shard.volumes:
            found[volume.id] = number, first
            first += volume.slices
    places = np.array([found[entry.id] for entry in entries], np.int64).reshape(-1, 2)
    depths = np.array([entry.depth for entry in entries], np.int64)
    return Places.of(depths, places[:, 0], places[:, 1], [shard.name for shard in shards])


@dataclass(frozen=True, eq=False)
class Assembly:
    """Where the slices of each volume are, and where shards are written.

    Attributes:
        home: the folder of the shards: the store, or the one in which a new store is made.
        settings: the data settings.
        entries: of all volumes, by id.
        folders: by id the folders of the prepared volumes.
        former: the store before the update; it holds all other volumes.
        partial: of the prepared volumes.
    """

    home: Path
    settings: dict[str, Any]
    entries: dict[str, VolumeEntry]
    folders: Mapping[str, Path]
    former: FormerStore | None
    partial: PartialStore

    def write(self, shards: Sequence[PlannedShard]) -> int:
        """Write the shards that are not there yet; return their number.

        Raises:
            DataError: a volume's slices are not what was prepared.
            OSError: the disk is full.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        missing = [shard for shard in shards if not self._is_there(shard)]
        for shard in missing:
            volumes = shard.volumes
            images, masks = self._pieces(volumes)
            write_shard(self.home, shard.name, shard.slices, self.settings, images, masks)
            self.partial.record(shard)
        return len(missing)

    def checked(self, entry: VolumeEntry, shard: str, offset: int) -> VolumeEntry:
        """Return an entry with its checksum, which those of an earlier format lack."""
        if entry.checksum is not None:
            return entry
        slices = self._shard_arrays(shard, None)
        images, masks = (array[offset : offset + entry.depth] for array in slices)
        return replace(entry, checksum=checksum_of(images, masks))

    def _is_there(self, shard: PlannedShard) -> bool:
        former = self.former
        if former:
            names = former.index.places.names
            if shard.name in {names[number] for number in former.broken}:
                return False
        return is_whole(self.home, shard.name, shard.slices, self.settings)

    def _pieces(
        self, volumes: Sequence[PlannedVolume]
    ) -> tuple[Iterator[np.ndarray], Iterator[np.ndarray]]:
        """Return the images and the masks of volumes; the latter check what was read."""
        sums: dict[str, int] = {}

        def images() -> Iterator[np.ndarray]:
            for volume in volumes:
                array = self._arrays(volume)[0]
                sums[volume.id] = added(array)
                yield array

        def masks() -> Iterator[np.ndarray]:
            for volume in volumes:
                array = self._arrays(volume)[1]
                expected = self.entries[volume.id].checksum
                if expected is not None and added(array, sums[volume.id]) != expected:
                    raise DataError(self._damage(volume))
                yield array

        return images(), masks()

    def _arrays(self, volume: PlannedVolume) -> Arrays:
        """Return the slices of a volume, from wherever they lie."""
        folder = self.folders.get(volume.id)
        if folder and self.partial.has_arrays(folder):
            dtype = stored_dtype(self.settings)
            return load_array(folder, "images", dtype), load_array(folder, "masks")
        if self.former and volume.id not in self.folders:
            return self.former.arrays(volume.id)
        shard, record = self._recorded[volume.key]
        first = record.offsets[volume.key]
        images, masks = self._shard_arrays(shard, record.slices)
        return images[first : first + volume.slices], masks[first : first + volume.slices]

    @functools.cached_property
    def _recorded(self) -> dict[str, tuple[str, ShardRecord]]:
        """By key the shards that an interrupted update wrote."""
        return placed(self.partial, self.home, self.settings)

    def _shard_arrays(self, shard: str, slices: int | None) -> Arrays:
        paths, shapes = array_paths(self.home, shard), array_shapes(1, self.settings)
        images, masks = (
            map_npy(path, (slices, *shape[1:]), dtype)
            for path, shape, dtype in zip(
                paths, shapes, (stored_dtype(self.settings), np.dtype(MASKS)), strict=True
            )
        )
        return images, masks

    def _damage(self, volume: PlannedVolume) -> str:
        folder = self.folders.get(volume.id)
        if folder and self.partial.has_arrays(folder):
            return f"{folder}: volume {volume.id} was damaged on the disk; remove this folder"
        return (
            f"{self.home}: volume {volume.id} was damaged on the disk; "
            "dscl-tf data prepare --verify makes it again"
        )


def placed(
    partial: PartialStore, home: Path, settings: Mapping[str, Any]
) -> dict[str, tuple[str, ShardRecord]]:
    """Return by key the volumes in shards that an interrupted update wrote, if these are whole."""
    return {
        key: (name, record)
        for name, record in partial.records().items()
        if is_whole(home, name, record.slices, settings)
        for key in record.offsets
    }
