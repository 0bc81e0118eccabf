"""How far work is, as part of the lines that tell it: a display listens, all others read the line.

The library logs lines. A line about work in progress also carries a `Progress` or a `Place`, in the
attribute `progress` of its log record.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

TICK = 5
"""The level, below DEBUG, of lines that only a display is for, such as one for each step."""


@dataclass(frozen=True)
class Progress:
    """How far one piece of work is.

    >>> Progress("finetune", 20, 300, values={"loss": 0.5}).unit
    'steps'

    Attributes:
        work: its name, such as "finetune" or "prepare".
        done: how much is done.
        total: how much there is.
        unit: of what.
        state: what goes on apart from counting, such as "compiling"; "" for nothing.
        values: what was measured, by the name to show: "loss", "validation Dice", a class.
    """

    work: str
    done: int
    total: int
    unit: str = "steps"
    state: str = ""
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where in a sequence of works a new one begins.

    Attributes:
        work: its name.
        number: counted from 1.
        total: how many works there are.
        later: how long the training after this work takes, in steps of this one; 0 where that is
            unknown or nothing.
    """

    work: str
    number: int
    total: int
    later: float = 0.0


def tell(
    logger: logging.Logger, line: str, progress: Progress | Place, level: int = logging.INFO
) -> None:
    """Log a line that carries progress.

    Args:
        logger: of the module that does the work.
        line: for people without a display.
        progress: for a display.
        level: `TICK` where a display alone should hear of it.
    """
    logger.log(level, line, extra={"progress": progress})


def told(record: logging.LogRecord) -> Progress | Place | None:
    """Return the progress that a log record carries, None without any.

    >>> record = logging.makeLogRecord({"progress": Progress("finetune", 1, 2)})
    >>> told(record).done, told(logging.makeLogRecord({}))
    (1, None)
    """
    return getattr(record, "progress", None)
