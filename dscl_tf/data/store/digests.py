"""SHA-256 of a volume's files, which tell whether a volume has changed.

Size and time of change are not enough: copying a data set changes times, and some tools change the
content and keep the time. Reading a file takes little time compared with preparing its volume.
"""

from typing import NamedTuple

from dscl_tf.data.io import sha256
from dscl_tf.data.layouts import Case


class Digests(NamedTuple):
    """SHA-256 of a case's image and of its mask, where it has one."""

    image: str
    mask: str | None


def case_digests(case: Case) -> Digests:
    """Return the digests of a case's files.

    Raises:
        DataError: a file cannot be read.
    """
    return Digests(sha256(case.image), sha256(case.mask) if case.mask else None)
