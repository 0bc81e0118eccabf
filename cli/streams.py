"""Standard output and standard error that are closed, full or gone."""

import contextlib
import errno
import os
import sys


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


def failure(stream: str) -> OSError | None:
    """Return why a standard stream takes no more text, None if it does."""
    try:
        getattr(sys, stream).flush()
    except OSError as error:
        return error
    return None
