"""The slices of a volume as they lie on the disk, and whether they are what was written."""

import numpy as np

from dscl_tf.data.store.checksum import checksum_of
from dscl_tf.data.store.sharded_array import ShardedArray
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.volume_entry import VolumeEntry


def stored_slices(store: SliceStore, entry: VolumeEntry) -> tuple[np.ndarray, np.ndarray]:
    """Map the images and masks of a volume, in the dtype in which they are stored.

    Raises:
        DataError: a file of the shard is missing, cut, or has a damaged header.
    """
    arrays = []
    for array in (store.images, store.masks):
        if isinstance(array, ShardedArray):
            shard, first = array.places.find(np.array(entry.first_slice))
            arrays.append(array.mapped(int(shard))[int(first) : int(first) + entry.depth])
        else:  # slices in memory, in place of those of the store
            arrays.append(array[entry.slices])
    return arrays[0], arrays[1]


def is_damaged(store: SliceStore, entry: VolumeEntry) -> bool:
    """Return whether a volume's slices on the disk have another checksum than when written.

    False where there is no checksum to compare with: a store of an earlier format, or slices in
    memory.
    """
    on_disk = isinstance(store.images, ShardedArray) and isinstance(store.masks, ShardedArray)
    if entry.checksum is None or not on_disk:
        return False
    return checksum_of(*stored_slices(store, entry)) != entry.checksum
