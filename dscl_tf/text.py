"""Text for the terminal and for messages: tables, numbers, lists of names; forms of names."""

import difflib
import math
import reprlib
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any


def aligned(table: Sequence[Sequence[str]], *, left: int | None = 1) -> list[str]:
    r"""Return the lines of a table whose columns are two spaces apart; none ends in spaces.

    Args:
        table: lines of cells, as many in each.
        left: the number of columns, from the first, whose cells start at the left; the others,
            as numbers are, end at the right. None: all start at the left.

    >>> print("\n".join(aligned([["volume", "Dice"], ["001", "0.9"], ["2", "-"]])))
    volume  Dice
    001      0.9
    2          -
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    first_right = len(widths) if left is None else left
    return [
        "  ".join(
            cell.ljust(width) if column < first_right else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in table
    ]


def number(value: float | None, digits: int) -> str:
    """Return `value` rounded to `digits` decimals, or "-" where it is undefined (None or NaN).

    >>> number(0.12345, 3), number(float("nan"), 3), number(None, 3)
    ('0.123', '-', '-')
    """
    return "-" if value is None or math.isnan(value) else f"{value:.{digits}f}"


def named(names: Sequence[str], most: int = 10) -> str:
    """Return the first `most` names as text, and how many more there are.

    >>> named(["001", "002", "003"], most=2)
    '001, 002 and 1 more'
    """
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def counted(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun, which has an "s" where it is not one.

    Args:
        count: how many.
        noun: of one, with what stands before it.
        plural: of several, where it is not `noun` with an "s".

    >>> counted(1, "labelled volume"), counted(0, "file"), counted(2, "entry", "entries")
    ('1 labelled volume', '0 files', '2 entries')
    """
    return f"{count} {noun if count == 1 else plural or f'{noun}s'}"


def meant(name: str, known: Iterable[str]) -> str:
    """Return which of the known names a wrong one may stand for, as the end of a message.

    >>> meant("gird", ["grid", "spacing"]), meant("x", ["grid"])
    ('; did you mean grid?', '')
    """
    near = difflib.get_close_matches(name[:80], known, n=1)
    return f"; did you mean {near[0]}?" if near else ""


def printable(text: str, most: int = 80) -> str:
    r"""Return a text that others wrote for a message: cut, on one line, without control characters.

    >>> printable("t2\x1b[31m\ntra")
    't2?[31m?tra'
    """
    return "".join(one if one.isprintable() else "?" for one in text[:most])


def shortened(value: Any) -> str:
    """Return a value as code shows it, cut where it is long or deep, for messages.

    >>> shortened([1, "a"]), len(shortened("x" * 1000)) < 100
    ("[1, 'a']", True)
    """
    brief = reprlib.Repr()
    brief.maxlevel, brief.maxlist, brief.maxtuple, brief.maxdict, brief.maxset = 4, 12, 12, 12, 12
    brief.maxstring = brief.maxlong = brief.maxother = 80
    return brief.repr(value)


def one_form(name: str) -> str:
    """Return a name in the Unicode form NFC, in which equal names have equal characters.

    macOS and some archives write an accented letter as two characters, a list as one.

    >>> len("u\u0308"), len(one_form("u\u0308"))
    (2, 1)
    """
    return unicodedata.normalize("NFC", name)
