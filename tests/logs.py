"""What the library logs, to look at or to be interrupted by."""

import contextlib
import logging
from collections.abc import Callable, Iterator

import pytest


class InterruptionError(Exception):
    """Stands for whatever ends a process."""


class _Listener(logging.Handler):
    def __init__(self, hear: Callable[[str], None]) -> None:
        super().__init__()
        self.hear = hear

    def emit(self, record: logging.LogRecord) -> None:
        self.hear(record.getMessage())


@contextlib.contextmanager
def heard(hear: Callable[[str], None], level: int = logging.INFO) -> Iterator[None]:
    """Hand every line that the library logs to `hear`, which may raise."""
    logger = logging.getLogger("dscl_tf")
    before = logger.level
    listener = _Listener(hear)
    logger.addHandler(listener)
    logger.setLevel(level)
    try:
        yield
    finally:
        logger.removeHandler(listener)
        logger.setLevel(before)


@contextlib.contextmanager
def interrupted_at(text: str) -> Iterator[None]:
    """Interrupt what is inside at the first line that starts with `text`; there must be one."""

    def stop(line: str) -> None:
        if line.startswith(text):
            raise InterruptionError

    with pytest.raises(InterruptionError), heard(stop):
        yield
