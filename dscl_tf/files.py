"""Files that appear whole or not at all, and the lock that keeps two processes apart."""

import contextlib
import errno
import json
import logging
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from dscl_tf.errors import DataError, one_line
from dscl_tf.temporary import temporary_directory, temporary_file

logger = logging.getLogger(__name__)

# What a disk or its owner can refuse. Other errors inside the block are not about the output.
WRITE_ERRORS = {
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EFBIG,
    errno.EROFS,
    errno.EACCES,
    errno.EEXIST,
    errno.EPERM,
    errno.ENOENT,
    errno.ENOTDIR,
    errno.ENAMETOOLONG,
    errno.EIO,
    errno.ENOTEMPTY,
    errno.EISDIR,
    errno.ELOOP,
    errno.EBUSY,
    errno.EMFILE,
    errno.ENFILE,
    errno.ENXIO,
    errno.ESTALE,
    errno.EILSEQ,
}


@contextlib.contextmanager
def report_write_errors(path: Path) -> Iterator[None]:
    """Turn an `OSError` (full or read-only disk, no permission) into a `DataError` with `path`."""
    try:
        yield
    except OSError as error:
        if error.errno not in WRITE_ERRORS:
            raise
        raise DataError(f"{path}: cannot be written: {error.strerror or error}") from error
    except ValueError as error:
        if _is_about_null(error):
            raise DataError(f"{str(path)!r}: cannot be written: {error}") from error
        raise


def _is_about_null(error: ValueError) -> bool:
    """Whether an error is that of a path with a null character, of which no file can be named."""
    return type(error) is ValueError and "embedded null" in str(error)


@contextlib.contextmanager
def report_read_errors(path: Path) -> Iterator[None]:
    """Turn an error of reading (no permission, file gone, no UTF-8 text) into a `DataError`.

    Args:
        path: the file, for the message; another one takes its place where the error names it.
    """
    try:
        yield
    except (OSError, UnicodeDecodeError) as error:
        place = getattr(error, "filename", None) or path
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{place}: cannot be read: {reason}") from error
    except ValueError as error:
        if _is_about_null(error):
            raise DataError(f"{str(path)!r}: cannot be read: {error}") from error
        raise


def what_is_at(path: Path) -> str:
    """Return "a file" for a regular file; else in words what lies there.

    >>> what_is_at(Path("/dev/zero")), what_is_at(Path("/"))
    ('a device or pipe', 'a directory')
    """
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        if path.is_symlink():
            return f"a link to {path.readlink()} that leads nowhere"
        return "no such file" if isinstance(error, FileNotFoundError) else one_line(error)
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a file" if stat.S_ISREG(mode) else "a device or pipe"


def check_is_file(path: Path, kind: str) -> None:
    """Check that `path` is a regular file: reading a pipe or a device might never end.

    Args:
        path: what is to be read.
        kind: what it must be, such as "a NIfTI file", for the message.

    Raises:
        DataError: it is none.
    """
    if (found := what_is_at(path)) != "a file":
        raise DataError(f"{path}: must be {kind}, got {found}")


@contextlib.contextmanager
def whole_file(path: Path, mode: str = "wb") -> Iterator[IO[Any]]:
    """Do what `atomic_write` does, in an existing folder, and leave an `OSError` as it is.

    For files whose names mean nothing to the user: the caller reports the error for the whole.
    """
    with temporary_file(path) as (temporary, descriptor):
        encoding = None if "b" in mode else "utf-8"
        with open(descriptor, mode, encoding=encoding, closefd=False) as file:
            yield file
            file.flush()
            os.fsync(descriptor)
        temporary.replace(path)


@contextlib.contextmanager
def atomic_write(path: str | Path, mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path`; on success flush it to disk and rename it to `path`.

    Args:
        path: the final name; an existing file is replaced.
        mode: "wb" or "w".

    Raises:
        DataError: the disk is full or read-only, or `path` is a device or a pipe, which a rename
            would replace; `path` keeps its former content.
    """
    path = Path(path)
    with report_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and (found := what_is_at(path)) == "a device or pipe":
            raise DataError(f"{path}: cannot be written: must be a file, got {found}")
        with whole_file(path, mode) as file:
            yield file


def write_json(path: str | Path, tree: Any) -> None:
    """Write JSON values whole or not at all.

    Raises:
        DataError: the disk is full or read-only.
    """
    with atomic_write(path, "w") as file:
        json.dump(tree, file, indent=2)
        file.write("\n")


@contextlib.contextmanager
def whole_directory(path: Path) -> Iterator[Path]:
    """Do what `atomic_directory` does, and leave an `OSError` as it is.

    For folders whose names mean nothing to the user: the caller reports the error for the whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_directory(path) as temporary:
        yield temporary
        temporary.rename(path)


@contextlib.contextmanager
def atomic_directory(path: str | Path) -> Iterator[Path]:
    """Give a temporary directory beside `path`; on success rename it to `path`.

    Args:
        path: the final name. It must not exist yet.

    Raises:
        DataError: `path` exists, or the disk is full or read-only; nothing is left behind.
    """
    path = Path(path)
    with report_write_errors(path):
        if path.exists():
            raise DataError(
                f"{path}: the output directory must not exist yet; remove it or name another"
            )
        with whole_directory(path) as temporary:
            yield temporary


@contextlib.contextmanager
def lock(path: str | Path, *, busy: str, wait: bool | Callable[[], None] = False) -> Iterator[None]:
    """Hold the lock file `path`, so that other processes which ask for it stay out.

    The file stays where it is. A process that ends, even by a kill, frees what it held.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder, lock(Path(folder, ".lock"), busy="taken"):
    ...     print("alone")
    alone

    Args:
        path: the lock file; its folder is made where it is missing.
        busy: what to say if another process holds the lock.
        wait: False does not wait. True logs `busy` once and waits; so does a function, which is
            called about every second meanwhile and may raise to give up.

    Raises:
        DataError: another process holds the lock and `wait` is False, with `busy` as the message;
            or the file cannot be made.
    """
    from filelock import FileLock, Timeout  # here, since it takes time that `--help` has not

    path = Path(path)
    with report_write_errors(path.parent):
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(path)
        try:
            held.acquire(timeout=0)
        except Timeout as error:
            if not wait:
                raise DataError(busy) from error
            logger.info(busy)
    while not held.is_locked:
        if callable(wait):
            wait()
        with contextlib.suppress(Timeout):
            held.acquire(timeout=1)
    try:
        yield
    finally:
        held.release()
