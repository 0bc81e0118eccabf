"""The table of a matrix: mean and standard deviation of Dice beside the paper's numbers."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Ntr
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.state import dice_on_test


@dataclass(frozen=True)
class Entry:
    """One place of the table.

    Attributes:
        row: the method.
        ntr: number of labelled volumes.
        dice: of each cell that was evaluated: mean foreground Dice over the test volumes.
        planned: number of cells, of all combinations and seeds.
        paper: the paper's number, or None.

    >>> entry = Entry("GD", 1, dice=(0.5, 0.75), planned=3, paper=0.691)
    >>> entry.mean, round(entry.std, 3)
    (0.625, 0.177)
    """

    row: str
    ntr: Ntr
    dice: tuple[float, ...]
    planned: int
    paper: float | None

    @property
    def mean(self) -> float | None:
        """Mean over the cells, None without any."""
        return statistics.fmean(self.dice) if self.dice else None

    @property
    def std(self) -> float | None:
        """Standard deviation over the cells (n - 1), None with fewer than two."""
        return statistics.stdev(self.dice) if len(self.dice) > 1 else None


def collect(plan: Plan, folders: Folders) -> list[Entry]:
    """Return an entry per method and number of labelled volumes, in the matrix's order.

    The paper's numbers are left out where the data of the plan's scale are not the paper's.
    """
    matrix = plan.matrix
    comparable = matrix.paper_scales is None or plan.scale in matrix.paper_scales
    grouped: dict[tuple[str, Ntr], list[float | None]] = {}
    for cell in plan.cells:
        last = plan.last_run(cell)
        score = dice_on_test(folders.run(last), last.config.splits.test)
        grouped.setdefault((cell.row, cell.ntr), []).append(score)
    order = list(matrix.rows)
    return [
        Entry(
            row,
            ntr,
            tuple(score for score in scores if score is not None),
            len(scores),
            matrix.rows[row].paper.get(ntr) if comparable else None,
        )
        for (row, ntr), scores in sorted(grouped.items(), key=lambda item: order.index(item[0][0]))
    ]


def as_records(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """Return the entries as flat dictionaries, for CSV and JSON.

    >>> as_records([Entry("GD", 1, dice=(0.5, 0.75), planned=3, paper=0.691)])[0]["dice_mean"]
    0.625
    """
    return [
        {
            "row": entry.row,
            "ntr": entry.ntr,
            "dice_mean": entry.mean,
            "dice_std": entry.std,
            "cells": len(entry.dice),
            "planned": entry.planned,
            "paper": entry.paper,
        }
        for entry in entries
    ]


def columns_of(entries: Sequence[Entry]) -> list[Ntr]:
    """Return the numbers of labelled volumes, each once, in the order of the entries."""
    return list(dict.fromkeys(entry.ntr for entry in entries))


def by_row(entries: Sequence[Entry]) -> dict[str, dict[Ntr, Entry]]:
    """Return the entries by method, and of each by number of labelled volumes."""
    rows: dict[str, dict[Ntr, Entry]] = {}
    for entry in entries:
        rows.setdefault(entry.row, {})[entry.ntr] = entry
    return rows
