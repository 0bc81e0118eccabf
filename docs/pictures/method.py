"""How the losses choose what attracts and what repels."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle

from dscl_tf.data.grid import partition_of
from dscl_tf.losses.strategies import strategy_masks

from .phantom import Patient, show_slice

PARTITIONS = 4
COLOURS = ("#0072B2", "#009E73", "#E69F00", "#CC79A7")
NEITHER, REPELS, ATTRACTS = "#eeeeee", "#f2b8a0", "#0072B2"


def partitions(patients: Mapping[str, Patient]) -> Figure:
    """Draw the middle slice of every partition of three volumes."""
    names = ("001", "002", "003")
    figure = Figure(figsize=(6.4, 5), dpi=110)
    axes = figure.subplots(len(names), PARTITIONS)
    figure.subplots_adjust(left=0.11, right=0.99, top=0.92, bottom=0.02, wspace=0.06, hspace=0.06)
    for row, name in zip(axes, names, strict=True):
        slices = patients[name].slices
        of_slices = partition_of(len(slices), PARTITIONS)
        row[0].set_ylabel(f"volume {name}\n{len(slices)} slices", fontsize=8)
        for number, one in enumerate(row):
            members = np.flatnonzero(of_slices == number)
            show_slice(one, slices[members[len(members) // 2]])
            for spine in one.spines.values():
                spine.set(color=COLOURS[number], linewidth=4)
    for number, one in enumerate(axes[0]):
        one.set_title(f"partition {number + 1}", fontsize=9, color=COLOURS[number])
    return figure


def pairs() -> Figure:
    """Draw who attracts and who repels whom in a batch, as the code decides it."""
    figure = Figure(figsize=(9, 3.7), dpi=110)
    axes = figure.subplots(1, 3)
    figure.subplots_adjust(left=0.08, right=0.99, top=0.9, bottom=0.14, wspace=0.12)
    for one, strategy in zip(axes, ("GR", "GD-", "GD"), strict=True):
        _matrix(one, strategy)
    axes[0].set_ylabel("anchor: volume, partition", fontsize=8)
    kinds = ((ATTRACTS, "attracts"), (REPELS, "repels"), (NEITHER, "neither"))
    handles = [Patch(color=colour, label=label) for colour, label in kinds]
    figure.legend(handles=handles, loc="lower center", ncols=3, fontsize=9, frameon=False)
    return figure


def _matrix(axes: Axes, strategy: str) -> None:
    """Draw two views of a slice from each of four partitions of two volumes."""
    places = [(volume, part) for volume in range(2) for part in range(PARTITIONS)]
    labels = [
        (index, volume, part, view)
        for index, (volume, part) in enumerate(places)
        for view in range(2)
    ]
    positives, negatives = (np.asarray(mask) for mask in strategy_masks(strategy, np.array(labels)))
    kinds = np.where(positives, 2, np.where(negatives, 1, 0))
    axes.imshow(kinds, cmap=ListedColormap([NEITHER, REPELS, ATTRACTS]), vmin=0, vmax=2)
    for border in np.arange(0, len(labels) + 1, 2) - 0.5:
        axes.axhline(border, color="white", linewidth=1)
        axes.axvline(border, color="white", linewidth=1)
    named = [f"{'AB'[volume]} {part + 1}" for volume, part in places]
    axes.set_xticks(np.arange(0.5, len(labels), 2), named, fontsize=7)
    axes.set_yticks(np.arange(0.5, len(labels), 2), named, fontsize=7)
    axes.tick_params(length=0)
    axes.set_title(f"--strategy {strategy}", fontsize=10)


def regions(patients: Mapping[str, Patient]) -> Figure:
    """Draw a region of one view, what attracts it in the other view, and what repels it."""
    image = patients["001"].slices[len(patients["001"].slices) // 2]
    rng = np.random.default_rng(0)
    views = [rng.uniform(0.8, 1.2) * image + rng.uniform(-0.1, 0.1) for _ in range(2)]
    figure = Figure(figsize=(6.4, 3.5), dpi=110)
    axes = figure.subplots(1, 2)
    figure.subplots_adjust(left=0.02, right=0.98, top=0.9, bottom=0.12, wspace=0.06)
    side, place = image.shape[0] / 4, (1, 1)
    for one, view, title in zip(axes, views, ("first view", "second view"), strict=True):
        show_slice(one, view)
        one.set_title(title, fontsize=10)
        for row, column in np.ndindex(4, 4):
            here = (row, column) == place
            colour = ATTRACTS if here else "#D55E00"
            corner = (row * side - 0.5 + 1, column * side - 0.5 + 1)
            style = {"linewidth": 3.0} if here else {"linewidth": 0.8, "linestyle": ":"}
            one.add_patch(Rectangle(corner, side - 2, side - 2, fill=False, color=colour, **style))
    handles = [
        Patch(fill=False, edgecolor=ATTRACTS, label="the same place: attract"),
        Patch(fill=False, edgecolor="#D55E00", linestyle=":", label="other places: repel"),
    ]
    figure.legend(handles=handles, loc="lower center", ncols=2, fontsize=9, frameon=False)
    return figure
