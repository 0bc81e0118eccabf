"""Who has a store open: a lock that readers share, and that whoever removes files needs alone.

The lock is on the store's folder itself, so that nothing is written for it. The system frees it
when a process ends, even by a kill. Where it has no such locks nobody can tell who reads, and
nothing is removed.
"""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class Lease:
    """Holds a store's files in place until it is released, or nobody refers to it any more."""

    def __init__(self, directory: Path) -> None:
        """Share the lock; this waits for the moment that removing files takes.

        Raises:
            OSError: the folder cannot be opened.
        """
        self.descriptor: int | None = None
        if fcntl is None:
            return
        self.descriptor = os.open(directory, os.O_RDONLY)
        with contextlib.suppress(OSError):  # a network disk without locks
            fcntl.flock(self.descriptor, fcntl.LOCK_SH)

    def release(self) -> None:
        """Let go; what is mapped already stays readable."""
        descriptor, self.descriptor = self.descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def __del__(self) -> None:
        self.release()


@contextlib.contextmanager
def alone(directory: Path) -> Iterator[bool]:
    """Keep readers out meanwhile; give False, and keep nobody out, if one has the store open."""
    if fcntl is None:
        yield False
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            nobody_reads = True
        except OSError:
            nobody_reads = False
        yield nobody_reads
    finally:
        os.close(descriptor)
