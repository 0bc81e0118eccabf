"""What the library says, on standard error and in the command line's own terms."""

import contextlib
import logging
import os
import re
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from dscl_tf.progress import TICK, told
from dscl_tf.streams import standard_error_in_place

from .streams import silence

if TYPE_CHECKING:
    from .display import Display

# Arguments of library calls whose options have another name than theirs.
OPTIONS = {
    "runs": "run",
    "flips": "flip",
    "rotations": "rotate",
    "overrides": "set",
    "rows": "only",
    "combinations": "combination",
    "seeds": "seed",
    "lambda_l": "lambda",
    "self_training": "self-train",
}
POSITIONAL = {"table": "TABLE"}  # arguments of library calls that have no option


def in_options(message: str) -> str:
    """Return a message with options in place of the arguments that stand in backquotes.

    >>> in_options("`skip_bad`: must stand alone")
    '--skip-bad: must stand alone'
    """

    def option(name: re.Match[str]) -> str:
        if name[1] in POSITIONAL:
            return POSITIONAL[name[1]]
        return f"--{OPTIONS.get(name[1], name[1])}".replace("_", "-")

    return re.sub(r"`(\w+)`", option, message)


class Notices(logging.Handler):
    """Prints what the library logs: on a terminal with a display of progress, else line by line.

    Standard output is kept for results.
    """

    def __init__(self, on_terminal: bool) -> None:
        """Print lines from INFO upwards, until `set_least` says otherwise."""
        super().__init__()
        self.on_terminal = on_terminal
        self.display: Display | None = None
        self.least = logging.INFO

    def set_least(self, level: int) -> None:
        """Print lines from `level` upwards; from WARNING upwards there is no display either."""
        self.least = level
        if level >= logging.WARNING:
            self.on_terminal = False

    @property
    def level_needed(self) -> int:
        """The least level that the library must log."""
        return TICK if self.on_terminal else self.least

    def emit(self, record: logging.LogRecord) -> None:
        """Show a record."""
        progress = told(record) if self.on_terminal else None
        if progress is not None:
            self._shown().hear(progress)
        if record.levelno >= self.least and (progress is None or self.least < logging.INFO):
            self.say(record.getMessage())

    def say(self, line: str) -> None:
        """Print a line, above the display where there is one."""
        if self.display:
            self.display.say(line)
        else:
            say(line)

    def _shown(self) -> "Display":
        if self.display is None:
            from .display import Display  # here, since rich takes time that --help has not

            self.display = Display()
        return self.display

    def end(self) -> None:
        """Take the display off the terminal."""
        if self.display:
            self.display.close()
            self.display = None


def say(line: str) -> None:
    """Print a line on standard error, unless it is closed or full: work goes on without it."""
    try:
        with standard_error_in_place():
            click.echo(line, err=True)
    except (OSError, ValueError):
        silence("stderr")


def shows_progress() -> bool:
    """Whether standard error is a terminal that a display can be drawn on."""
    return sys.stderr.isatty() and os.environ.get("TERM", "") not in ("", "dumb")


@contextlib.contextmanager
def notices() -> Iterator[None]:
    """Print what the library logs, from INFO upwards, on standard error."""
    logger = logging.getLogger("dscl_tf")
    before = logger.level, logger.propagate
    handler = Notices(shows_progress())
    logger.addHandler(handler)
    logger.setLevel(handler.level_needed)
    logger.propagate = False  # TensorFlow gives the root logger a handler of its own
    try:
        yield
    finally:
        handler.end()
        logger.removeHandler(handler)
        logger.level, logger.propagate = before


def print_from(level: int) -> None:
    """Print what the library logs from `level` upwards, from now to the end of the command."""
    logger = logging.getLogger("dscl_tf")
    for handler in logger.handlers:
        if isinstance(handler, Notices):
            handler.set_least(level)
            logger.setLevel(handler.level_needed)
