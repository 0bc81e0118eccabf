"""SHA-256 of a volume's files: whether a volume is what it was.

The content decides, not size and time of change: copying a data set changes times, and some tools
change content without them. Reading is cheap beside preparing.
"""

from typing import NamedTuple

from dscl_tf.data.io.files import sha256
from dscl_tf.data.layouts.case import Case


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
