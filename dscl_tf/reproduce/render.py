"""The table of a matrix as text, CSV and one HTML page."""

import base64
import csv
import io
import itertools
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from dscl_tf.evaluation.tables import number
from dscl_tf.files import atomic_write
from dscl_tf.reproduce.matrix import Matrix
from dscl_tf.reproduce.plot import dice_plot
from dscl_tf.reproduce.results import Entry, as_records, by_row, columns_of


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
    return "\n".join(line.rstrip() for line in _aligned(lines))


def _aligned(table: list[list[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in table
    ]


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
    template = resources.files("dscl_tf.reproduce").joinpath("table.html.jinja").read_text("utf-8")
    return (
        Environment(autoescape=True, undefined=StrictUndefined)
        .from_string(template)
        .render(
            title=matrix.title,
            source=matrix.source,
            columns=columns_of(entries),
            rows={
                row: {ntr: _parts(entry) for ntr, entry in places.items()}
                for row, places in by_row(entries).items()
            },
            plot=base64.b64encode(dice_plot(entries)).decode(),
            failed=failed,
            command=command,
        )
    )
