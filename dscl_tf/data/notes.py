"""What readers accept with a remark: told at once, or gathered where a job reads for another."""

import contextlib
import logging
from collections.abc import Iterator
from contextvars import ContextVar

logger = logging.getLogger(__name__)

_GATHERED: ContextVar[list[str] | None] = ContextVar("notes", default=None)


def note(text: str) -> None:
    """Log a remark on a file, unless `gathered_notes` keeps it."""
    kept = _GATHERED.get()
    if kept is None:
        logger.info(text)
    else:
        kept.append(text)


@contextlib.contextmanager
def gathered_notes() -> Iterator[list[str]]:
    """Keep the remarks of this thread in a list, to be logged by the process that has the log.

    >>> with gathered_notes() as notes:
    ...     note("a.nii: shifted by 0.02 of a voxel")
    >>> notes
    ['a.nii: shifted by 0.02 of a voxel']
    """
    notes: list[str] = []
    token = _GATHERED.set(notes)
    try:
        yield notes
    finally:
        _GATHERED.reset(token)
