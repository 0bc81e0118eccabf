"""The slice store: preprocessed slices of many volumes, written once and read without decoding.

- `open_store`, `prepare`, `update_store` (`experiment_store`): the store of an experiment;
  `phantom_store`: one of the phantom, in one call.
- `SliceStore` (`slice_store`): an open store, its images and masks (`sharded_array`) and a
  `VolumeEntry` per volume, made from the columns of the index (`index`, `columns`, `volumes`).
- `write_store` (`write`, `update`): cases into a store. Volumes are prepared in parallel
  (`volume_jobs`, `prepared_volume`), kept in `STORE.partial` (`partial_store`), put together in
  shards (`shard_plan`, `assemble`) and published (`publish`, `sweep`); `former_store` is what an
  update starts from, `former_index` reads stores of the format before.
- `check_volumes` (`required_volumes`): whether a store holds what a stage requires.
"""

from dscl_tf.data.store.changes import Changes
from dscl_tf.data.store.example import phantom_store
from dscl_tf.data.store.experiment_store import open_store, prepare, update_store
from dscl_tf.data.store.index import OutdatedStoreError, settings_of
from dscl_tf.data.store.parallel import usable_cpus
from dscl_tf.data.store.required_volumes import check_volumes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.data.store.write import write_store

__all__ = [
    "Changes",
    "OutdatedStoreError",
    "SliceStore",
    "VolumeEntry",
    "check_volumes",
    "open_store",
    "phantom_store",
    "prepare",
    "settings_of",
    "update_store",
    "usable_cpus",
    "write_store",
]
