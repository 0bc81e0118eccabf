"""The table of a matrix as text, CSV and one HTML page with a plot."""

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from dscl_tf.files import atomic_write
from dscl_tf.pages import render
from dscl_tf.reproduce.matrix import Matrix, Ntr
from dscl_tf.reproduce.results import Entry, as_records
from dscl_tf.text import number


def text_table(entries: list[Entry]) -> str:
    """Return a line per method and, per number of labelled volumes, ours and the paper's Dice.

    Ours is mean and standard deviation over combinations and seeds, with their number; "-" stands
    where nothing was run, or the paper has no number.
    """
    columns = _columns(entries)
    header = ["", *(part for ntr in columns for part in (f"{ntr} labelled", "cells", "paper"))]
    lines = [header]
    for row, places in _by_row(entries).items():
        line = [row]
        for ntr in columns:
            entry = places.get(ntr)
            line += ["", "", ""] if entry is None else _parts(entry)
        lines.append(line)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def write_results(
    directory: Path,
    name: str,
    matrix: Matrix,
    entries: list[Entry],
    failed: Mapping[str, str],
    command: str,
) -> list[Path]:
    """Write NAME.txt, NAME.csv and NAME.html; an existing one is replaced.

    Args:
        directory: where they go.
        name: of the files.
        matrix: gives title and source.
        entries: the table.
        failed: name of a failed run to its message.
        command: what was run.

    Raises:
        DataError: a file cannot be written.
    """
    text = f"{matrix.title}\n{matrix.source}\n{command}\n\n{text_table(entries)}\n"
    rows = io.StringIO()
    writer = csv.DictWriter(rows, list(as_records(entries)[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(as_records(entries))
    contents = {
        "txt": text.encode(),
        "csv": rows.getvalue().encode(),
        "html": _page(matrix, entries, failed, command).encode(),
    }
    paths = [directory / f"{name}.{ending}" for ending in contents]
    for path, content in zip(paths, contents.values(), strict=True):
        with atomic_write(path) as file:
            file.write(content)
    return paths


def _parts(entry: Entry) -> list[str]:
    mean = "-" if entry.mean is None else number(entry.mean, 3)
    if entry.std is not None:
        mean += f" \N{PLUS-MINUS SIGN} {number(entry.std, 3)}"
    return [mean, f"{len(entry.dice)}/{entry.planned}", number(entry.paper, 3)]


def _columns(entries: list[Entry]) -> list[Ntr]:
    return list(dict.fromkeys(entry.ntr for entry in entries))


def _by_row(entries: list[Entry]) -> dict[str, dict[Ntr, Entry]]:
    rows: dict[str, dict[Ntr, Entry]] = {}
    for entry in entries:
        rows.setdefault(entry.row, {})[entry.ntr] = entry
    return rows


def _page(matrix: Matrix, entries: list[Entry], failed: Mapping[str, str], command: str) -> str:
    return render(
        "reproduce/table.html.jinja",
        title=matrix.title,
        source=matrix.source,
        columns=_columns(entries),
        rows={
            row: {ntr: _parts(entry) for ntr, entry in places.items()}
            for row, places in _by_row(entries).items()
        },
        plot=plot(entries),
        failed=failed,
        command=command,
    )


def plot(entries: list[Entry]) -> bytes:
    """Return a PNG: Dice by method, a panel per number of labelled volumes.

    A dot is a cell, a bar their mean, a diamond the paper's number.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    columns, rows = _columns(entries), list(_by_row(entries))
    size = (2 + 3 * len(columns), 1 + 0.32 * len(rows))
    figure = Figure(figsize=size, dpi=110, layout="constrained", facecolor="white")
    canvas = FigureCanvasAgg(figure)
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
    png = io.BytesIO()
    canvas.print_png(png)
    return png.getvalue()
