"""Signals that ask the process to end, as exceptions that let it clean up."""

import contextlib
import signal
import threading
from collections.abc import Iterator

from dscl_tf.errors import Terminated

SIGNALS = ("SIGTERM", "SIGHUP")  # the second: the terminal was closed


@contextlib.contextmanager
def raising_terminated() -> Iterator[None]:
    """Raise `Terminated` in the block when the process is asked to end.

    Signals that are ignored, as under nohup, stay ignored.
    """

    def leave(number: int, frame: object) -> None:
        raise Terminated(number)

    replaced = {}
    if threading.current_thread() is threading.main_thread():
        for name in SIGNALS:
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                replaced[number] = signal.signal(number, leave)
    try:
        yield
    finally:
        for number, former in replaced.items():
            signal.signal(number, former)
