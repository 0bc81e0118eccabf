"""A store put together from prepared volumes and from the former store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dscl_tf.data.layouts import Case
from dscl_tf.data.store.prepared_volume import load_array, load_entry
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.volume_entry import VolumeEntry


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
                mask_source=str(case.mask) if case.mask else None,
            )
        )
    return entries


def volume_arrays(
    name: str,
    entries: Sequence[VolumeEntry],
    folders: Mapping[str, Path],
    former: SliceStore | None,
) -> Iterator[np.ndarray]:
    """Yield an array of each volume, from its folder or from the former store.

    Args:
        name: "images" or "masks".
        entries: the volumes.
        folders: by id the folders of the prepared volumes.
        former: holds all other volumes.
    """
    for entry in entries:
        if entry.id in folders:
            yield load_array(folders[entry.id], name)
        elif former:
            slices = former.volumes[entry.id].slices
            yield getattr(former, name)[slices.start : slices.stop]
