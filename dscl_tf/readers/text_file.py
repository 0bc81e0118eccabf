"""Regular files, opened and read as text."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from dscl_tf.errors import DataError
from dscl_tf.files import report_read_errors

MOST_BYTES = 2**26  # 64 MiB: an index of 100,000 volumes


@contextlib.contextmanager
def opened(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a regular file; a pipe or a device, which may have no end, is refused.

    Raises:
        DataError: the file is missing, is none, or cannot be read.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.bin").write_bytes(b"abc")
    ...     with opened(Path(folder, "a.bin")) as file:
    ...         file.read(2)
    b'ab'
    """
    path = Path(path)
    with report_read_errors(path):
        # Not blocking: opening a pipe would wait for its other end.
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | _BINARY)
        kind = _kind(os.fstat(descriptor).st_mode)
        if kind:
            os.close(descriptor)
            raise DataError(f"{path}: must be a regular file, got {kind}")
        with os.fdopen(descriptor, "rb") as file:
            yield file


def read_text(path: str | Path, most: int = MOST_BYTES) -> str:
    """Return the text of a file, which is UTF-8 with or without a byte-order mark.

    Args:
        path: a regular file.
        most: the largest size in bytes.

    Raises:
        DataError: it cannot be read, is no regular file, is larger, or is no UTF-8.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "a.txt").write_text("three slices", encoding="utf-8-sig")
    ...     read_text(Path(folder, "a.txt"))
    'three slices'
    """
    with opened(path) as file:
        content = file.read(most + 1)
        if len(content) > most:
            raise DataError(f"{path}: must hold at most {most} bytes, got more")
        return content.decode("utf-8-sig")


_BINARY = getattr(os, "O_BINARY", 0)


def _kind(mode: int) -> str:
    """Say what is no regular file, "" for one."""
    if stat.S_ISREG(mode):
        return ""
    kinds = {stat.S_ISDIR: "a directory", stat.S_ISFIFO: "a pipe", stat.S_ISCHR: "a device"}
    return next((name for is_kind, name in kinds.items() if is_kind(mode)), "something else")
