"""The entries of a store's volumes as columns: arrays with one row per volume."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dscl_tf.data.grid import Geometry, LabelCount
from dscl_tf.data.store.further_channels import further_columns, further_of
from dscl_tf.data.store.text_column import TextColumn
from dscl_tf.data.store.volume_entry import VolumeEntry

NONE = -1  # stands for None where a number is at least 0
TEXTS = ("id", "source", "sha256", "mask_source", "mask_sha256")  # "" stands for None
GEOMETRY = ("shape", "affine", "spacing", "orientation", "grid", "grid_spacing")
# Per column its dtype, and the shape of a row.
COLUMNS: dict[str, tuple[Any, tuple[int, ...]]] = {
    "depth": (np.int64, ()),
    "labelled": (np.bool_, ()),
    "oriented": (np.bool_, ()),
    "shape": (np.int64, (3,)),
    "affine": (np.float64, (4, 4)),
    "spacing": (np.float64, (3,)),
    "orientation": (np.int8, (3, 2)),
    "grid": (np.int64, (2,)),
    "grid_spacing": (np.float64, (2,)),
    "intensity_range": (np.float64, (2,)),
    "not_finite": (np.int64, ()),
    "checksum": (np.int64, ()),
    "shard": (np.int64, ()),
    "offset": (np.int64, ()),
    "label_rows": (np.int64, ()),  # how many rows of `label_counts` are the volume's, or NONE
}
COUNTS = 7  # label, native, in_window, first and last row, first and last column


def columns_of(
    entries: Sequence[VolumeEntry], shards: Sequence[int], offsets: Sequence[int]
) -> dict[str, np.ndarray]:
    """Return the columns of some volumes, in the order of their slices.

    Args:
        entries: the volumes.
        shards: per volume the number of its shard.
        offsets: per volume its first slice in the shard.
    """
    values: dict[str, list[Any]] = {
        **{name: [getattr(e.geometry, name) for e in entries] for name in GEOMETRY},
        **{
            name: [getattr(e, name) for e in entries]
            for name in ("depth", "labelled", "oriented", "intensity_range")
        },
        **{
            name: [NONE if (value := getattr(e, name)) is None else value for e in entries]
            for name in ("not_finite", "checksum")
        },
        "label_rows": [NONE if e.label_counts is None else len(e.label_counts) for e in entries],
        "shard": list(shards),
        "offset": list(offsets),
    }
    arrays = {
        name: np.array(values[name], dtype).reshape(-1, *row)
        for name, (dtype, row) in COLUMNS.items()
    }
    counts = [
        (c.label, c.native, c.in_window, *c.rows, *c.columns)
        for entry in entries
        for c in entry.label_counts or ()
    ]
    arrays["label_counts"] = np.array(counts, np.int64).reshape(-1, COUNTS)
    for name in TEXTS:
        packed = TextColumn.pack([getattr(e, name) or "" for e in entries])
        arrays |= {f"{name}_{part}": array for part, array in packed.items()}
    return arrays | further_columns(entries)


def entry_of(
    arrays: Mapping[str, np.ndarray],
    texts: Mapping[str, TextColumn],
    ids: Sequence[str],
    number: int,
    first_slice: int,
    first_count: int,
) -> VolumeEntry:
    """Return the entry of one volume.

    Args:
        arrays: the columns.
        texts: those that hold text.
        ids: of all volumes.
        number: the volume's.
        first_slice: its first slice in the store.
        first_count: its first row in `label_counts`.
    """
    row: dict[str, Any] = {name: arrays[name][number].tolist() for name in COLUMNS}
    shape, affine, spacing, orientation, grid, grid_spacing = (_tuples(row[n]) for n in GEOMETRY)
    counts = None
    if row["label_rows"] != NONE:
        listed = arrays["label_counts"][first_count : first_count + row["label_rows"]].tolist()
        counts = tuple(LabelCount(a, b, c, (d, e), (f, g)) for a, b, c, d, e, f, g in listed)
    further_sources, further_ranges = further_of(texts, number)
    return VolumeEntry(
        id=ids[number],
        first_slice=first_slice,
        depth=row["depth"],
        labelled=row["labelled"],
        geometry=Geometry(shape, affine, spacing, orientation, grid, grid_spacing),
        source=texts["source"][number],
        sha256=texts["sha256"][number],
        mask_source=texts["mask_source"][number] or None,
        mask_sha256=texts["mask_sha256"][number] or None,
        intensity_range=_tuples(row["intensity_range"]),
        oriented=row["oriented"],
        label_counts=counts,
        not_finite=None if row["not_finite"] == NONE else row["not_finite"],
        checksum=None if row["checksum"] == NONE else row["checksum"],
        further_sources=further_sources,
        further_ranges=further_ranges,
    )


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
