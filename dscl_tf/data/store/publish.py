"""The last step of an update: shards and index in place, then what is not needed any more gone."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dscl_tf.data.layouts import Supply
from dscl_tf.data.store.assemble import Assembly, places_of
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.index import index_of, is_index, settings_of, write_index
from dscl_tf.data.store.shard_files import slice_bytes
from dscl_tf.data.store.shard_plan import PlannedShard, PlannedVolume, plan_shards
from dscl_tf.data.store.sweep import remove_stale
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.volume_key import volume_key

if TYPE_CHECKING:
    from dscl_tf.data.store.update import Update

logger = logging.getLogger(__name__)


def publish(
    update: "Update",
    entries: Sequence[VolumeEntry],
    folders: Mapping[str, Path],
    skipped: Mapping[str, str],
    supply: Supply | None,
) -> None:
    """Write what differs from the former store, then remove what is no longer needed.

    An existing store is valid at every moment: shards never change, new ones have names of their
    own, and `index.json`, which leads to all of them, is replaced last and in one step.

    Args:
        update: the update.
        entries: all volumes of the store, in the order of their slices.
        folders: by id the folders of those that were prepared.
        skipped: per volume that was left out, why.
        supply: what was supplied, and what of it was skipped.

    Raises:
        OSError: the disk is full or read-only.
    """
    former, home, partial_store = update.former, update.home, update.partial_store
    settings = settings_of(update.data)
    if former and former.is_of_former_format:
        logger.info(f"{update.directory}: of an earlier format; its slices are copied into shards")
    shards = planned(entries, settings, update.shard_bytes)
    assembly = Assembly(
        home, settings, {entry.id: entry for entry in entries}, folders, former, partial_store
    )
    assembly.write(shards)
    places = places_of(entries, shards)
    checked = [
        assembly.checked(entry, places.names[shard], offset)
        for entry, shard, offset in zip(
            entries, places.shards.tolist(), places.offsets.tolist(), strict=True
        )
    ]
    index = index_of(checked, places, skipped, update.data, supply)
    if former is None or not is_index(home, index):
        write_index(home, index)
    if home != update.directory:
        home.rename(update.directory)
    if former:
        former.lease.release()
    remove_stale(update.directory, places.names, index.tree["columns"])
    partial_store.clear()


def planned(
    entries: Sequence[VolumeEntry], settings: dict[str, Any], shard_bytes: int
) -> list[PlannedShard]:
    """Return the shards of volumes that were prepared with these settings."""
    volumes = [
        PlannedVolume(
            volume_key(entry.id, Digests(entry.sha256, entry.mask_sha256), settings),
            entry.id,
            entry.depth,
        )
        for entry in entries
    ]
    return plan_shards(volumes, slice_bytes(settings), shard_bytes)
