"""A picture of a store: one slice of each partition, a volume per row."""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from dscl_tf.data.grid import partition_of
from dscl_tf.data.inspect.facts import slice_axis
from dscl_tf.data.inspect.mask_colours import draw_key, draw_mask, key_height
from dscl_tf.data.store import SliceStore, VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.figures import to_png
from dscl_tf.files import atomic_write
from dscl_tf.text import counted

INK, LETTER = "#1b2530", "#ffd166"
WIDTH = 1.9  # inches per picture
# Left, right, top and bottom of a picture of canonical slices whose first axis runs across.
EDGES = {"axial": "RLAP", "coronal": "RLHF", "sagittal": "APHF"}


def spread(ids: Sequence[str], count: int, labelled: Collection[str] = ()) -> list[str]:
    """Return `count` of the ids, evenly over their order, the first and the last among them.

    Where none of these is `labelled`, the nearest one that is takes the place of the middle one.

    >>> spread("abcdefg", 3), spread("abcdefg", 3, labelled="e")
    (['a', 'd', 'g'], ['a', 'e', 'g'])

    Raises:
        DataError: there are fewer, or none.
    """
    if not ids:
        raise DataError("the figure needs a volume with a slice per partition, got none")
    if not 1 <= count <= len(ids):
        raise DataError(
            f"the figure needs from 1 to {counted(len(ids), 'volume')}, as many as there are, "
            f"got {count}"
        )
    places = [int(place) for place in np.linspace(0, len(ids) - 1, count).round()]
    having = [place for place, id in enumerate(ids) if id in labelled]
    if having and not set(having) & set(places):
        middle = places[count // 2]
        places[count // 2] = min(having, key=lambda place: abs(place - middle))
    return [ids[place] for place in sorted(places)]


def partition_figure(
    store: SliceStore, path: str | Path, ids: Sequence[str], partitions: int
) -> None:
    """Draw the middle slice of each partition, a volume per row (supplement, Figure 1).

    A labelled volume shows its mask, a colour per class; the name of each volume says whether it
    has one. Slices are shown as radiologists look at them: the patient's right at the viewer's
    left, the head up in coronal and sagittal slices, the face to the left in sagittal ones, and a
    millimetre as long across as down. Letters name the directions according to the file's header
    (R right, L left, A front, P back, H head, F feet); there are none for a header without
    directions. Colour pictures are shown as they are.

    Args:
        store: the slice store.
        path: the PNG, which appears whole or not at all.
        ids: the volumes, one per row.
        partitions: the number of partitions, one per column.

    Raises:
        DataError: the store lacks a volume, one has fewer slices than partitions, or `path`
            cannot be written.
    """
    if unknown := [id for id in ids if id not in store.volumes]:
        raise DataError(f"{store.directory}: holds no volume {', '.join(unknown)}")
    entries = [store.volumes[id] for id in ids]
    chosen = [_middle_slices(entry, partitions) for entry in entries]
    (rows, columns), (row_mm, column_mm) = store.settings["grid"], store.settings["spacing"]
    height = WIDTH * store.kind.aspect((rows * row_mm, columns * column_mm)) + 0.08
    width = WIDTH * partitions + 0.9
    labelled = any(entry.labelled for entry in entries)
    key = key_height(store, width) if labelled else 0
    figure = Figure(
        figsize=(width, height * len(entries) + 0.75 + key),
        dpi=110,
        layout=ConstrainedLayoutEngine(w_pad=0.02, h_pad=0.02, wspace=0.02, hspace=0.02),
    )
    axes = figure.subplots(len(entries), partitions, squeeze=False)
    for row, entry, indices in zip(axes, entries, chosen, strict=True):
        for ax, index in zip(row, indices, strict=True):
            _draw_slice(ax, store, entry, index)
        axis = slice_axis(entry)
        name = f"{entry.id}\n{axis}" if store.kind.anatomical else entry.id
        name += "\nlabelled" if entry.labelled else "\nno mask"
        row[0].set_ylabel(name, fontsize=9, color=INK)
        if axis in EDGES:
            _name_directions(row[0], EDGES[axis])
    if partitions > 1:
        for partition, ax in enumerate(axes[0]):
            ax.set_title(_heading(partition, partitions), fontsize=10, color=INK)
        title = f"The middle slice of each of {counted(partitions, 'partition')}"
        figure.suptitle(title, fontsize=11, color=INK)
    if labelled:
        draw_key(figure, store)
    with atomic_write(path) as file:
        file.write(to_png(figure))


def _draw_slice(ax: Axes, store: SliceStore, entry: VolumeEntry, index: int) -> None:
    picture = store.kind.upright(store.images[index])
    aspect = store.kind.aspect(entry.geometry.grid_spacing)
    ax.imshow(picture, cmap="gray", vmin=0, vmax=1, aspect=aspect, interpolation="bicubic")
    if entry.labelled:
        draw_mask(ax, store, index, aspect)
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    if store.kind.anatomical:
        number = f"{index - entry.first_slice + 1}/{entry.depth}"
        _write(ax, number, (0.97, 0.03), "right", "bottom")


def _heading(partition: int, partitions: int) -> str:
    ends = {0: ", first slices", partitions - 1: ", last slices"}
    return f"s = {partition + 1}{ends.get(partition, '')}"


def _name_directions(ax: Axes, edges: str) -> None:
    places = ((0.03, 0.5), (0.97, 0.5), (0.5, 0.97), (0.5, 0.03))
    aligned = (("left", "center"), ("right", "center"), ("center", "top"), ("center", "bottom"))
    for letter, place, (across, down) in zip(edges, places, aligned, strict=True):
        _write(ax, letter, place, across, down)


def _write(ax: Axes, text: str, place: tuple[float, float], across: str, down: str) -> None:
    # the shade makes it legible on bright tissue
    shade = {"facecolor": "black", "alpha": 0.55, "edgecolor": "none", "pad": 1}
    ax.text(
        *place,
        text,
        transform=ax.transAxes,
        ha=across,
        va=down,
        fontsize=7.5,
        color=LETTER,
        bbox=shade,
    )


def _middle_slices(entry: VolumeEntry, partitions: int) -> list[int]:
    partition = partition_of(entry.depth, partitions, entry.id)
    members = [np.flatnonzero(partition == s) for s in range(partitions)]
    return [entry.first_slice + int(inside[len(inside) // 2]) for inside in members]
