"""What libraries print on standard error, kept off the terminal."""

import contextlib
import os
import sys
import tempfile
import threading
from collections.abc import Iterator

_TURN = threading.RLock()  # standard error belongs to the whole process: threads take turns


@contextlib.contextmanager
def standard_error_in_place() -> Iterator[None]:
    """Wait until no other thread has put standard error aside, and keep it so in the block."""
    with _TURN:
        yield


@contextlib.contextmanager
def standard_error_aside(*, shown_on_error: bool = False) -> Iterator[None]:
    """Keep off standard error what the block prints there, C libraries included.

    Args:
        shown_on_error: print it after all if the block raises.
    """
    with _TURN, tempfile.TemporaryFile() as aside:
        sys.stderr.flush()
        standard_error = os.dup(2)
        os.dup2(aside.fileno(), 2)
        try:
            yield
        except BaseException:
            if shown_on_error:
                aside.seek(0)
                os.write(standard_error, aside.read())
            raise
        finally:
            os.dup2(standard_error, 2)
            os.close(standard_error)
