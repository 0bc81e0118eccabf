"""Pictures of a learnt representation: slice embeddings in a plane, similarity of regions."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize, to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dscl_tf.health.measures import effective_rank, principal_plane

INK, SOFT = "#1b2530", "#56636f"
LEGEND_ROWS = 2  # more entries are too many to tell apart
LEGEND_WIDTH = 56  # in characters, the marker before each entry counted as three


@dataclass(frozen=True)
class EmbeddingState:
    """Slice embeddings (N, D) at one moment, and their partition retrieval (NaN: not defined)."""

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
    figure = Figure(figsize=size, dpi=110, layout="constrained")
    canvas = FigureCanvasAgg(figure)
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
        _legend(ax, name, [str(group) for group in np.unique(groups)])
    return to_png(figure, canvas)


def similarity_figure(
    images: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    corner: np.ndarray,
    size: int,
) -> bytes:
    """Return a PNG: a row per slice; the slice, the similarity before and after training.

    Args:
        images: (slices, H, W, channels), grey or RGB; the region is cut from the first.
        before: (slices, h - size + 1, w - size + 1) cosines, the entry of a place at its top-left
            corner.
        after: likewise.
        corner: (2,) the region's top-left (row, column) in the h x w feature map.
        size: the region's side in the feature map.
    """
    height, width, channels = images.shape[1:]
    map_height = before.shape[1] + size - 1
    scale = height / map_height
    figure = Figure(
        figsize=(9.6, 0.4 + 2.8 * len(images) * height / width), dpi=110, layout="constrained"
    )
    canvas = FigureCanvasAgg(figure)
    axes = figure.subplots(len(images), 3, squeeze=False)
    names = ("the region's slice", "another volume")
    cosines = ScalarMappable(Normalize(-1, 1), "RdYlBu_r")
    for row, image, *maps in zip(axes, images, before, after, strict=False):
        low, high = np.percentile(image, (1, 99))
        shown = image[..., 0] if channels == 1 else image.clip(0, 1)
        row[0].imshow(shown, cmap="gray", vmin=low, vmax=max(high, low + 1e-6))
        for ax, values in zip(row[1:], maps, strict=True):
            ax.imshow(shown, cmap="gray", vmin=low, vmax=max(high, low + 1e-6))
            # A place's colour lies at the middle of its region, over the anatomy it stands for.
            edge = (size - 1) / 2 * scale - 0.5
            extent = (edge, edge + values.shape[1] * scale, edge + values.shape[0] * scale, edge)
            ax.imshow(values, cmap=cosines.cmap, norm=cosines.norm, extent=extent)
            ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    for row, name in zip(axes, names, strict=False):
        row[0].set_ylabel(name, fontsize=10, color=INK)
    for ax, name in zip(axes[0], ("slice", "before training", "after training"), strict=True):
        ax.set_title(name, fontsize=11, color=INK)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    y, x = corner * scale - 0.5
    for ax in axes[0]:
        ax.add_patch(_square(x, y, size * scale, "-"))
    for ax in axes[1:].flat:
        ax.add_patch(_square(x, y, size * scale, (0, (2, 2))))
    bar = figure.colorbar(cosines, ax=axes, shrink=0.8, pad=0.015, aspect=28)
    bar.set_label("cosine with the region", fontsize=9, color=INK)
    bar.ax.tick_params(labelsize=8, colors=SOFT)
    bar.outline.set_visible(False)
    return to_png(figure, canvas)


def _square(x: float, y: float, side: float, style: object) -> Rectangle:
    return Rectangle(
        (x, y), side, side, fill=False, edgecolor="#00e05a", linewidth=1.6, linestyle=style
    )


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
            f"{count} volumes, a colour each",
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


def to_png(figure: Figure, canvas: FigureCanvasAgg) -> bytes:
    """Return the figure on white."""
    png = io.BytesIO()
    figure.set_facecolor("white")
    canvas.print_png(png)
    return png.getvalue()
