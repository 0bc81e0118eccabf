"""SHA-256 of a volume's files, which tell whether a volume has changed.

Size and time of change are not enough: copying a data set changes times, and some tools change the
content and keep the time. Reading a file takes little time compared with preparing its volume. Who
has too much to read may take them for enough (`known_files`).
"""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from dscl_tf.data.io import sha256
from dscl_tf.data.layouts import Case


class Digests(NamedTuple):
    """SHA-256 of a case's image, see `image_digest`, and of its mask, where it has one."""

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
    image = image_digest((case.image, *case.further), digest)
    return Digests(image, digest(case.mask) if case.mask else None)


def image_digest(files: Sequence[Path], digest: Callable[[Path], str] = sha256) -> str:
    """Return the SHA-256 of an image's file; of several, of their digests one after the other.

    Args:
        files: one, or a file for each channel.
        digest: gives the SHA-256 of what lies at a path.

    Raises:
        DataError: a file cannot be read.
    """
    found = [digest(path) for path in files]
    return found[0] if len(found) == 1 else hashlib.sha256("".join(found).encode()).hexdigest()
