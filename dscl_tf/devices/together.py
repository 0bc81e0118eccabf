"""What processes that train together tell each other."""

import contextlib
from collections.abc import Iterator

from dscl_tf.devices.processes import member
from dscl_tf.errors import DataError, DsclError, TrainingError, one_line

LONGEST = 4096  # bytes of a message; all must be of one length
# Words in what libraries say of a connection that is lost.
SIGNS = ("gloo", "nccl", "coordination", "connection")


def everyone_says(text: str) -> list[str]:
    """Return what all processes say, in their order; nobody goes on before all have spoken.

    >>> everyone_says("alone")
    ['alone']
    """
    this = member()
    if this.total == 1:
        return [text]
    import numpy as np
    from jax.experimental import multihost_utils

    sent = np.zeros(LONGEST, np.uint8)
    content = text.encode()[:LONGEST]
    sent[: len(content)] = np.frombuffer(content, np.uint8)
    received = np.asarray(multihost_utils.process_allgather(sent)).reshape(this.total, LONGEST)
    return [row.tobytes().rstrip(b"\0").decode(errors="replace") for row in received]


@contextlib.contextmanager
def failing_together() -> Iterator[None]:
    """Raise in all processes what one of them raises in the block; they leave it together.

    >>> with failing_together():
    ...     pass

    Raises:
        DataError: another process failed, with its message.
    """
    failed: DsclError | None = None
    try:
        yield
    except DsclError as error:
        failed = error
    messages = everyone_says(str(failed) if failed else "")
    if failed:
        raise failed
    for number, message in enumerate(messages):
        if message:
            raise DataError(f"process {number} of {len(messages)}: {message}")


@contextlib.contextmanager
def reporting_lost_processes(what: str) -> Iterator[None]:
    """Turn what JAX raises when another process is gone into one line.

    Args:
        what: the stage that is trained, for the message.

    Raises:
        TrainingError: another process was killed or cannot be reached.
    """
    try:
        yield
    except DsclError:
        raise
    except (RuntimeError, ValueError) as error:
        reason = one_line(error)
        if member().total == 1 or not any(sign in reason.lower() for sign in SIGNS):
            raise
        raise TrainingError(
            f"{what}: another process ended or cannot be reached; start all of them again with "
            f"`resume` ({reason:.120})"
        ) from error
