"""SHA-256 of a volume's files, which tell whether a volume has changed.

Size and time of change are not enough: copying a data set changes times, and some tools change the
content and keep the time. Reading a file takes little time compared with preparing its volume. Who
has too much to read may take them for enough (`known_files`).
"""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from dscl_tf.data.io import sha256
from dscl_tf.data.layouts import Case


class Digests(NamedTuple):
    """SHA-256 of a case's image and of its mask, where it has one."""

    image: str
    mask: str | None


def case_digests(case: Case, digest: Callable[[Path], str] = sha256) -> Digests:
    """Return the digests of a case's files.

    Args:
        case: the volume.
        digest: gives the SHA-256 of what lies at a path.

    Raises:
        DataError: a file cannot be read.
    """
    return Digests(digest(case.image), digest(case.mask) if case.mask else None)
