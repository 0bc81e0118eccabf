"""Which part of a matrix is run, and whether every value of the choice has a part in it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase

from dscl_tf.errors import UsageError
from dscl_tf.reproduce.matrix import Ntr
from dscl_tf.reproduce.plan import Cell


@dataclass(frozen=True)
class Selection:
    """The part of a matrix to run; an empty sequence means all.

    Attributes:
        rows: patterns of methods, such as "GD*".
        ntr: numbers of labelled volumes, or "all".
        combinations: names of combinations of labelled volumes.
        seeds: in place of the matrix's.

    Raises:
        UsageError: a value is a single string rather than a sequence.

    >>> chosen = Selection(rows=["GD*"], ntr=[1, 2])
    >>> chosen.has_row("GD + LR"), chosen.has_row("random"), chosen.has_ntr(8)
    (True, False, False)
    """

    rows: Sequence[str] = ()
    ntr: Sequence[Ntr] = ()
    combinations: Sequence[str] = ()
    seeds: Sequence[int] = ()

    def __post_init__(self) -> None:
        for argument in fields(self):
            if isinstance(value := getattr(self, argument.name), str):
                raise UsageError(f"`{argument.name}`: must be a sequence of values, got {value!r}")

    def has_row(self, name: str) -> bool:
        """Return whether it includes the method `name`."""
        return not self.rows or any(fnmatchcase(name, pattern) for pattern in self.rows)

    def has_ntr(self, ntr: Ntr) -> bool:
        """Return whether it includes the cells with so many labelled volumes."""
        return not self.ntr or ntr in self.ntr

    def check_used(self, cells: Collection[Cell], scale: str, rows: Collection[str]) -> None:
        """Check that there are cells, and that every value of the selection is used by one.

        Args:
            cells: those that were selected.
            scale: of the matrix, for the message.
            rows: the methods of that scale, for the message.

        Raises:
            UsageError: a value selects no cell, or there is none at all.
        """
        if (unused := self._unused(cells)) or not cells:
            raise UsageError(
                "`rows`, `ntr`, `combinations`: every value must select a cell of scale "
                f"{scale}, whose rows are {'; '.join(rows)}; got none by "
                f"{' '.join(unused) or 'all'}"
            )

    def _unused(self, cells: Collection[Cell]) -> list[str]:
        """Return the values that select no cell, each with its argument."""
        methods = {cell.row for cell in cells}
        numbers = {cell.ntr for cell in cells}
        combinations = {cell.combination for cell in cells}
        return [
            *(
                f"`rows` {pattern}"
                for pattern in self.rows
                if not any(fnmatchcase(name, pattern) for name in methods)
            ),
            *(f"`ntr` {ntr}" for ntr in self.ntr if ntr not in numbers),
            *(f"`combinations` {name}" for name in self.combinations if name not in combinations),
        ]


def check_distinct(cells: Collection[Cell]) -> None:
    """Check that no two cells are the same experiment.

    Raises:
        UsageError: two end in the same run; the message names both.
    """
    by_run: dict[str, Cell] = {}
    for cell in cells:
        if other := by_run.get(cell.runs[-1]):
            raise UsageError(
                f"the cells ({other.label}) and ({cell.label}) must differ, got one experiment"
            )
        by_run[cell.runs[-1]] = cell
