"""What the library says, on standard error and in the command line's own terms."""

import contextlib
import logging
import re
from collections.abc import Iterator

import click

from .streams import silence

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


class _Echo(logging.Handler):
    """Prints each line of the log as it stands; standard output is kept for results."""

    def emit(self, record: logging.LogRecord) -> None:
        say(record.getMessage())


def say(line: str) -> None:
    """Print a line on standard error, unless it is closed or full: work goes on without it."""
    try:
        click.echo(line, err=True)
    except (OSError, ValueError):
        silence("stderr")


@contextlib.contextmanager
def notices() -> Iterator[None]:
    """Print what the library logs, from INFO upwards, on standard error."""
    logger = logging.getLogger("dscl_tf")
    before = logger.level, logger.propagate
    handler = _Echo()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False  # TensorFlow gives the root logger a handler of its own
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.level, logger.propagate = before
