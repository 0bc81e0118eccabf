"""Standard output and standard error that are closed, full or gone."""

import contextlib
import errno
import os
import sys
import traceback

import click


def open_standard_streams() -> None:
    """Put a null device where a standard stream was closed before the command began.

    Otherwise the next file that is opened takes its number, and gets what libraries print.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError as error:
            if error.errno != errno.EBADF:
                raise
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
        if getattr(sys, name) is None:
            stream = os.fdopen(number, "r" if number == 0 else "w", closefd=False)
            setattr(sys, name, stream)


def silence(stream: str) -> None:
    """Let a standard stream, "stdout" or "stderr", go nowhere from now on.

    What is in its buffer would be written again at the exit, and fail again.
    """
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), getattr(sys, stream).fileno())


def raised_by_echo(error: OSError) -> bool:
    """Whether an error is that of printing a result, and not of a file."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].f_code is click.echo.__code__
