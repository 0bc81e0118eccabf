"""Temporary files and directories beside what they will become, swept where their owner is dead.

The owner holds a lock on its temporary file or directory, which the system frees when the owner
ends, even by a kill. So whoever makes the next one of the same name can tell what was left behind
from what is still being written.

Windows and some network disks have no such locks. There nothing is swept: the number of a process
says nothing of one on another machine that shares the disk, and a process that was killed may have
its number given to another. What may have been left behind is named instead, to be removed by hand.
"""

import contextlib
import errno
import functools
import glob
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

logger = logging.getLogger(__name__)

HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES)  # what `flock` says of a lock of another


@contextlib.contextmanager
def temporary_file(path: Path) -> Iterator[tuple[Path, int]]:
    """Make an empty file beside `path`; give its path and descriptor, and remove it at the end.

    Raises:
        OSError: the file cannot be made.
    """
    _check_name(path)
    sweep(path)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    while True:
        # Readable by all whom the process's mask admits, unlike what `tempfile` makes.
        descriptor = os.open(temporary, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        if _hold(temporary, descriptor):
            break
        os.close(descriptor)
    try:
        os.ftruncate(descriptor, 0)
        yield temporary, descriptor
    finally:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        os.close(descriptor)


@contextlib.contextmanager
def temporary_directory(path: Path) -> Iterator[Path]:
    """Make an empty directory beside `path`, and remove it at the end unless it was renamed.

    Raises:
        OSError: the directory cannot be made.
    """
    _check_name(path)
    sweep(path)
    while True:
        made = tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".tmp", dir=path.parent)
        temporary = Path(made)
        descriptor = os.open(temporary, os.O_RDONLY) if fcntl else None
        if descriptor is None or _hold(temporary, descriptor):
            break
        os.close(descriptor)
    try:
        temporary.chmod(0o755)
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        if descriptor is not None:
            os.close(descriptor)


def sweep(path: Path) -> None:
    """Remove the temporary files and directories of `path` whose owners have ended."""
    with contextlib.suppress(OSError):
        for left in path.parent.glob(f".{glob.escape(path.name)}.*.tmp"):
            _remove_abandoned(left)


def _remove_abandoned(left: Path) -> None:
    if left.is_symlink():
        return
    if fcntl is None:
        _name(left)
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(left, os.O_RDONLY | os.O_NONBLOCK)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                if error.errno not in HELD:
                    _name(left)
                return
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink()
        finally:
            os.close(descriptor)


@functools.lru_cache(maxsize=1000)
def _name(left: Path) -> None:
    """Log, once in a process, what nobody can tell to be left behind or in use."""
    logger.warning(
        f"{left}: left behind, or in use by another command; this disk has no locks that would "
        "tell, so remove it when no command is running"
    )


def _hold(temporary: Path, descriptor: int) -> bool:
    """Lock what was just made; False if another process swept it meanwhile."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError:
        return True  # a network disk without locks, on which nobody sweeps either
    try:
        there = temporary.stat()
    except FileNotFoundError:
        return False
    mine = os.fstat(descriptor)
    return (there.st_dev, there.st_ino) == (mine.st_dev, mine.st_ino)


def _check_name(path: Path) -> None:
    if not path.name:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
