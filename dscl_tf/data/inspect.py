"""What a slice store holds, as a table and as a figure."""

from pathlib import Path
from typing import Any

import numpy as np
from nibabel.orientations import aff2axcodes

from dscl_tf.data.partitions import partition_of
from dscl_tf.data.store import SliceStore, VolumeEntry
from dscl_tf.data.upright import upright
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write


def summarise_store(store: SliceStore) -> list[dict[str, Any]]:
    """Describe each volume of a store.

    Returns:
        One row per volume: id, slices, first_slice, native_shape, native_spacing (mm), grid,
        grid_spacing (mm), orientation of the file's axes (such as "LPS"), intensity_range (what
        became 0 and 1), labelled, and volumes_ml, the ml of each class on the grid by its name
        (empty where there is no mask). Pixels of pictures stand for mm, so that 1 ml is a thousand
        of them, and their orientation is empty.
    """
    return [_row(store, entry) for entry in store.volumes.values()]


def text_table(rows: list[dict[str, Any]]) -> str:
    """Return the rows of `summarise_store` as a table for the terminal, a line per volume."""
    length, size = ("mm", "ml") if any(row["orientation"] for row in rows) else ("px", "kpx")
    header = [
        "id",
        "slices",
        "shape",
        f"spacing {length}",
        "axes",
        "low",
        "high",
        f"volumes {size}",
    ]
    lines = [header, *(_cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def _cells(row: dict[str, Any]) -> list[str]:
    low, high = row["intensity_range"]
    volumes = ", ".join(f"{name} {ml:.1f}" for name, ml in row["volumes_ml"].items())
    return [
        row["id"],
        str(row["slices"]),
        "x".join(str(side) for side in row["native_shape"]),
        "x".join(f"{side:.4g}" for side in row["native_spacing"]),
        row["orientation"],
        f"{low:.4g}",
        f"{high:.4g}",
        volumes or "no mask",
    ]


def _row(store: SliceStore, entry: VolumeEntry) -> dict[str, Any]:
    geometry = entry.geometry
    return {
        "id": entry.id,
        "slices": entry.depth,
        "first_slice": entry.first_slice,
        "native_shape": geometry.shape,
        "native_spacing": geometry.spacing,
        "grid": geometry.grid,
        "grid_spacing": geometry.grid_spacing,
        "orientation": ""
        if store.images.shape[-1] > 1
        else "".join(aff2axcodes(np.array(geometry.affine))),
        "intensity_range": entry.intensity_range,
        "labelled": entry.labelled,
        "volumes_ml": _volumes_ml(store, entry) if entry.labelled else {},
    }


def _volumes_ml(store: SliceStore, entry: VolumeEntry) -> dict[str, float]:
    rows, columns = entry.geometry.grid_spacing
    millilitres = rows * columns * entry.geometry.slice_spacing / 1000
    mask = store.masks[entry.first_slice : entry.slices.stop]
    return {
        name: float(np.count_nonzero(mask == int(label)) * millilitres)
        for label, name in store.settings["classes"].items()
    }


def partition_figure(
    store: SliceStore, path: str | Path, partitions: int, volumes: int = 3
) -> None:
    """Draw the middle slice of each partition, a volume per row (supplement, Figure 1).

    Args:
        store: the slice store; its first `volumes` volumes are drawn.
        path: the PNG, which appears whole or not at all.
        partitions: the number of partitions, one per column.
        volumes: number of rows.

    Raises:
        DataError: the store holds fewer volumes, one of them has fewer slices than partitions,
            or `path` cannot be written.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not 1 <= volumes <= len(store.volumes):
        raise DataError(
            f"{store.directory}: the figure needs from 1 to {len(store.volumes)} volumes, the "
            f"store's, got {volumes}"
        )
    entries = list(store.volumes.values())[:volumes]
    chosen = [_middle_slices(entry, partitions) for entry in entries]
    figure = Figure(figsize=(2 * partitions, 2.2 * volumes), layout="constrained")
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots(volumes, partitions, squeeze=False)
    for row, entry, slices in zip(axes, entries, chosen, strict=True):
        for partition, (axis, index) in enumerate(zip(row, slices, strict=True)):
            axis.imshow(upright(store.images[index]), cmap="gray", vmin=0, vmax=1)
            part = f"  s = {partition + 1}" if partitions > 1 else ""
            axis.set_title(f"{entry.id}{part}", fontsize=8)
            axis.axis("off")
    with atomic_write(path) as file:
        canvas.print_png(file)


def _middle_slices(entry: VolumeEntry, partitions: int) -> list[int]:
    partition = partition_of(entry.depth, partitions, entry.id)
    members = [np.flatnonzero(partition == s) for s in range(partitions)]
    return [entry.first_slice + int(inside[len(inside) // 2]) for inside in members]
