"""Volumes whose slices a disk or a copy has changed."""

from dscl_tf.data.inspect.finding import Finding
from dscl_tf.data.store import SliceStore
from dscl_tf.data.store.stored import is_damaged


def damage_findings(store: SliceStore) -> list[Finding]:
    """Return a finding for each volume whose slices are not what was written."""
    return [
        Finding(
            entry.id,
            "damaged",
            1,
            f"volume {entry.id}: damaged: its slices are not what was written; "
            "dscl-tf data prepare --verify prepares it again",
        )
        for entry in store.volumes.values()
        if is_damaged(store, entry)
    ]
