"""The table of a matrix as text, CSV and one HTML page."""

import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from pathlib import Path

from dscl_tf.files import atomic_write
from dscl_tf.pages import render
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.plot import dice_plot
from dscl_tf.reproduce.results import Entry, as_records, by_row, columns_of
from dscl_tf.text import aligned, number


def text_table(entries: Sequence[Entry]) -> str:
    """Return a line per method and, per number of labelled volumes, ours and the paper's Dice.

    Ours is mean and standard deviation over combinations and seeds, with their number; "-" stands
    where nothing was run, or the paper has no number.

    >>> print(text_table([Entry("GD", 1, dice=(0.5, 0.75), planned=3, paper=0.691)]))
           1 labelled  cells  paper
    GD  0.625 ± 0.177    2/3  0.691
    """
    columns = columns_of(entries)
    lines = [["", *(part for ntr in columns for part in (f"{ntr} labelled", "cells", "paper"))]]
    for row, places in by_row(entries).items():
        parts = [_parts(places[ntr]) if ntr in places else ["", "", ""] for ntr in columns]
        lines.append([row, *itertools.chain.from_iterable(parts)])
    return "\n".join(aligned(lines))


def write_results(
    directory: Path,
    name: str,
    matrix: Matrix,
    entries: Sequence[Entry],
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


def _page(matrix: Matrix, entries: Sequence[Entry], failed: Mapping[str, str], command: str) -> str:
    return render(
        "reproduce/table.html.jinja",
        title=matrix.title,
        source=matrix.source,
        columns=columns_of(entries),
        rows={
            row: {ntr: _parts(entry) for ntr, entry in places.items()}
            for row, places in by_row(entries).items()
        },
        plot=dice_plot(entries),
        failed=failed,
        command=command,
    )
