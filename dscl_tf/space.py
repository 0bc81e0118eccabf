"""Whether a disk has room for what is about to be written."""

import shutil
from pathlib import Path

from dscl_tf.errors import DataError

STEP = 1024


def check_space(path: Path, needed: int, what: str) -> None:
    """Check that there is room for so many bytes where `path` is, or will be.

    A disk that does not say how much is free is taken to have room.

    Args:
        path: a file or folder, which need not exist yet.
        needed: bytes.
        what: takes them, for the message.

    Raises:
        DataError: there is less room.

    >>> check_space(Path("."), 10**18, "a store")
    Traceback (most recent call last):
    dscl_tf.errors.DataError: .: a store needs about 888.2 PiB, the disk has ...
    """
    place = path.absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return
    if needed > free:
        raise DataError(
            f"{path}: {what} needs about {size_told(needed)}, the disk has {size_told(free)} free"
        )


def size_told(size: float) -> str:
    """Return a number of bytes for a person.

    >>> size_told(512), size_told(3 * 2**30)
    ('512 bytes', '3.0 GiB')
    """
    if size < STEP:
        return f"{size:.0f} bytes"
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        size /= STEP
        if size < STEP:
            return f"{size:.1f} {unit}"
    return f"{size / STEP:.1f} PiB"
