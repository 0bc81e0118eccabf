"""Picture of slice embeddings in the plane of their principal components."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from dscl_tf.figures import to_png
from dscl_tf.health.figures.canvas import INK, SOFT
from dscl_tf.health.measures import effective_rank, principal_plane
from dscl_tf.text import counted

LEGEND_ROWS = 2  # more entries are too many to tell apart
LEGEND_WIDTH = 56  # in characters, the marker before each entry counted as three


@dataclass(frozen=True)
class EmbeddingState:
    """Slice embeddings at one moment.

    Attributes:
        name: the moment, such as "before training".
        embeddings: (N, D).
        retrieval: their partition retrieval in [0, 1]; NaN where it is not defined.
    """

    name: str
    embeddings: np.ndarray
    retrieval: float


def embedding_figure(
    states: Sequence[EmbeddingState],
    volumes: np.ndarray,
    partitions: np.ndarray,
    retrieval_chance: float,
) -> bytes:
    """Return a PNG: a row per state, coloured by partition on the left, by volume on the right.

    With one partition there is nothing to tell on the left, and it is left out.

    ::

        states = [EmbeddingState("before training", embeddings, 0.25)]
        png = embedding_figure(states, volumes, partitions, retrieval_chance=0.25)

    Args:
        states: embeddings of the same slices at different moments.
        volumes: (N,) ids.
        partitions: (N,) int; they have an order, and so have their colours.
        retrieval_chance: what `partition_retrieval` gives by chance.
    """
    panels = [(partitions, "partition"), (volumes, "volume")]
    if len(np.unique(partitions)) == 1:
        panels = panels[1:]
    size = (4.8 * len(panels), 0.5 + 4.1 * len(states))
    figure = Figure(figsize=size, dpi=110, layout="constrained", facecolor="white")
    axes = figure.subplots(len(states), len(panels), squeeze=False)
    for row, state in zip(axes, states, strict=True):
        plane, shares = principal_plane(state.embeddings)
        summary = f"effective rank {effective_rank(state.embeddings):.1f}"
        if np.isfinite(state.retrieval):
            summary += f" \N{MIDDLE DOT} retrieval {state.retrieval:.2f} "
            summary += f"(chance {retrieval_chance:.2f})"
        for ax, (groups, name) in zip(row, panels, strict=True):
            colours = _colours(groups, ordered=name == "partition")
            for group, colour in colours.items():
                chosen = groups == group
                ax.scatter(
                    *plane[chosen].T,
                    s=34,
                    color=colour,
                    edgecolors="white",
                    linewidths=0.6,
                    label=str(group),
                )
            _frame(ax, shares)
            ax.set_title(f"{state.name}, by {name}", loc="left", fontsize=11, color=INK, pad=20)
            ax.text(0, 1.025, summary, transform=ax.transAxes, fontsize=8.5, color=SOFT)
    for ax, (groups, name) in zip(axes[-1], panels, strict=True):
        found = [str(group) for group in np.unique(groups)]
        heading = name
        if name == "partition":
            heading = f"partition: {found[0]} holds the first slices, {found[-1]} the last"
        _legend(ax, heading, found)
    return to_png(figure)


def _colours(groups: np.ndarray, ordered: bool) -> dict[int | str, str]:
    found = np.unique(groups).tolist()
    if ordered:
        places = np.linspace(0.0, 0.92, len(found))
        return {g: to_hex(colormaps["viridis"](p)) for g, p in zip(found, places, strict=True)}
    if len(found) <= 10:
        return {g: to_hex(colormaps["tab10"](i)) for i, g in enumerate(found)}
    return {g: to_hex(colormaps["turbo"](i / len(found))) for i, g in enumerate(found)}


def _frame(ax: Axes, shares: np.ndarray) -> None:
    ax.set(xticks=[], yticks=[])
    ax.set_xlabel(f"first component, {shares[0]:.0%} of variance", fontsize=8.5, color=SOFT)
    ax.set_ylabel(f"second, {shares[1]:.0%}", fontsize=8.5, color=SOFT)
    ax.set_aspect("equal", adjustable="datalim")
    ax.margins(0.08)
    for spine in ax.spines.values():
        spine.set_color("#d5dce2")


def _legend(ax: Axes, name: str, groups: Sequence[str]) -> None:
    count = len(groups)
    columns = min(count, 8, LEGEND_WIDTH // (max(map(len, groups)) + 3))
    if columns * LEGEND_ROWS < count:
        ax.text(
            0.5,
            -0.16,
            f"{counted(count, 'volume')}, a colour each",
            transform=ax.transAxes,
            ha="center",
            fontsize=8.5,
            color=SOFT,
        )
        return
    ax.legend(
        title=name,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.09),
        ncols=columns,
        frameon=False,
        fontsize=8.5,
        title_fontsize=8.5,
        handletextpad=0.1,
        columnspacing=0.9,
    )
