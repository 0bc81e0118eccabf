"""Work that says nothing, since the same will be said again or means nothing to the user."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quiet() -> Iterator[None]:
    """Log nothing of the package in the block.

    >>> with quiet():
    ...     logging.getLogger("dscl_tf.anything").warning("not heard")
    """
    logger = logging.getLogger("dscl_tf")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
