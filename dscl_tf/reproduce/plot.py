"""The plot of a matrix: Dice by method."""

from collections.abc import Sequence

from dscl_tf.figures import to_png
from dscl_tf.reproduce.results import Entry, by_row, columns_of


def dice_plot(entries: Sequence[Entry]) -> bytes:
    """Return a PNG: Dice by method, a panel per number of labelled volumes.

    A dot is a cell, a bar their mean, a diamond the paper's number.
    """
    from matplotlib.figure import Figure

    columns, rows = columns_of(entries), list(by_row(entries))
    size = (2 + 3 * len(columns), 1 + 0.32 * len(rows))
    figure = Figure(figsize=size, dpi=110, layout="constrained", facecolor="white")
    axes = figure.subplots(1, len(columns), squeeze=False, sharey=True)[0]
    for ax, ntr in zip(axes, columns, strict=True):
        for entry in (entry for entry in entries if entry.ntr == ntr):
            y = rows.index(entry.row)
            if entry.mean is not None:
                ax.plot(entry.dice, [y] * len(entry.dice), "o", ms=3.5, c="#8fb3d9", zorder=2)
                ax.plot(entry.mean, y, "|", ms=13, mew=2.2, c="#0b5cad", zorder=3)
            if entry.paper is not None:
                ax.plot(entry.paper, y, "D", ms=5, mfc="none", mec="#d55e00", zorder=3)
        ax.set_title(f"{ntr} labelled", fontsize=10)
        ax.set_xlabel("Dice", fontsize=9)
        ax.grid(axis="x", color="#e3e8ec")
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.tick_params(labelsize=8.5, left=False)
    axes[0].set_yticks(range(len(rows)), rows)
    axes[0].set_ylim(len(rows) - 0.5, -0.5)
    return to_png(figure)
