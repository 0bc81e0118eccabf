"""The volumes of a store by id, each made from the columns when it is asked for."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from dscl_tf.data.store.columns import TEXTS, columns_of, entry_of
from dscl_tf.data.store.further_channels import further_texts
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.data.store.volume_entry import VolumeEntry


class Volumes(Mapping[str, VolumeEntry]):
    """The entries of a store, in the order of their slices.

    Attributes:
        arrays: the columns.
        ids: of the volumes.
        starts: (volumes + 1,) int64, their first slices, and the number of all.
    """

    def __init__(self, arrays: Mapping[str, np.ndarray], ids: Sequence[str] | None = None) -> None:
        """Take columns that were checked, and the ids if they were read already."""
        self.arrays = arrays
        self.texts = {
            name: TextColumn(arrays[f"{name}_text"], arrays[f"{name}_ends"]) for name in TEXTS
        } | further_texts(arrays)
        self.ids = self.texts["id"].all() if ids is None else ids
        self.numbers = {id: number for number, id in enumerate(self.ids)}
        self.starts = np.concatenate([[0], np.cumsum(arrays["depth"])]).astype(np.int64)
        self.counts = np.cumsum(np.maximum(arrays["label_rows"], 0))

    @classmethod
    def of(cls, entries: Sequence[VolumeEntry]) -> "Volumes":
        """Return the volumes of entries, all of one shard in which they follow each other."""
        firsts = [entry.first_slice for entry in entries]
        return cls(columns_of(entries, [0] * len(entries), firsts))

    def __getitem__(self, id: str) -> VolumeEntry:
        number = self.numbers[id]
        first_count = int(self.counts[number - 1]) if number else 0
        first = int(self.starts[number])
        return entry_of(self.arrays, self.texts, self.ids, number, first, first_count)

    def __iter__(self) -> Iterator[str]:
        return iter(self.ids)

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, id: object) -> bool:
        return id in self.numbers


def extents(
    volumes: Mapping[str, VolumeEntry], ids: Sequence[str]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the first slices (count,) int64 and the depths (count,) int64 of some volumes.

    Args:
        volumes: of a store; from `Volumes` they are taken without making entries.
        ids: of the volumes.
    """
    if isinstance(volumes, Volumes):
        numbers = np.array([volumes.numbers[id] for id in ids], np.int64)
        return volumes.starts[numbers], volumes.arrays["depth"][numbers]
    entries = [volumes[id] for id in ids]
    first, depth = ([getattr(e, name) for e in entries] for name in ("first_slice", "depth"))
    return np.array(first, np.int64), np.array(depth, np.int64)
