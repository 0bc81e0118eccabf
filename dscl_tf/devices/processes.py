"""Several processes, on one machine or on many, that train one network together."""

import atexit
import contextlib
import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from typing import NamedTuple

from dscl_tf.devices.backend import INSTALL, backend
from dscl_tf.errors import DataError, UsageError, one_line

logger = logging.getLogger(__name__)

AUTO = "auto"  # in place of a coordinator: what the scheduler says
PATIENCE = 300  # seconds, for the others to begin
SHUTDOWN = 60  # seconds, for the others to end
GRACE = 3  # seconds, for the others to say what went wrong
VARIABLES = {
    "coordinator": "KERAS_DISTRIBUTION_JOB_ADDRESSES",
    "processes": "KERAS_DISTRIBUTION_NUM_PROCESSES",
    "process_id": "KERAS_DISTRIBUTION_PROCESS_ID",
}


class Member(NamedTuple):
    """This process among those that train together; the first one writes the run directory."""

    number: int = 0
    total: int = 1

    @property
    def writes(self) -> bool:
        """Whether it is the one that writes."""
        return self.number == 0


def join(
    coordinator: str | None = None,
    processes: int | None = None,
    process_id: int | None = None,
    *,
    seed: int = 1,
    patience: int = PATIENCE,
) -> None:
    """Make this process one of several that train together; without arguments nothing happens.

    To be called before anything is computed. On processors the processes exchange arrays by gloo.
    What is not given is taken from Keras's variables `KERAS_DISTRIBUTION_JOB_ADDRESSES`,
    `KERAS_DISTRIBUTION_NUM_PROCESSES` and `KERAS_DISTRIBUTION_PROCESS_ID`.

    The first of two processes, and on another machine the second::

        join("10.0.0.1:4321", processes=2, process_id=0)
        join("10.0.0.1:4321", processes=2, process_id=1)

    Args:
        coordinator: HOST:PORT, a free port of process 0's machine; "auto" asks SLURM or Open MPI
            for all three.
        processes: how many there are.
        process_id: which one this is, from 0.
        seed: of Keras's own random numbers, which must be the same in all of them.
        patience: seconds to wait for the others.

    Raises:
        UsageError: an argument is missing or breaks a rule, or Keras's backend is not JAX.
        DataError: process 0 did not answer in time, or the port is taken. Where process 0 answers
            but others do not come in time, the process ends with a line and exit status 1.
    """
    address = coordinator or os.environ.get(VARIABLES["coordinator"])
    count = processes if processes is not None else _from_environment("processes")
    number = process_id if process_id is not None else _from_environment("process_id")
    if address is None and count is None and number is None:
        return
    if backend() != "jax":
        raise UsageError(
            f"`coordinator`: several processes train together on JAX alone, Keras's backend is "
            f"{backend()}; {INSTALL}"
        )
    if address != AUTO:
        address = _checked(address, count, number)
    _connect(address, count, number, seed, patience)


def member() -> Member:
    """Return which of several processes this is; the only one, unless it joined others."""
    if backend() != "jax":
        return Member()
    import jax

    return Member(jax.process_index(), jax.process_count())


def leave(status: int) -> None:
    """After an error, let this process end without waiting for others, which may be gone.

    If it is one of several, it ends with `status` as soon as Python has begun to end it. The first
    process waits a moment, since JAX kills the others when it has gone.
    """
    if backend() != "jax":
        return
    import jax

    if jax.distributed.is_initialized():
        atexit.register(_end, status, GRACE if jax.process_index() == 0 else 0)


def _end(status: int, seconds: float) -> None:
    time.sleep(seconds)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


def _from_environment(name: str) -> int | None:
    if (text := os.environ.get(VARIABLES[name])) is None:
        return None
    if not text.isdigit():
        raise UsageError(f"{VARIABLES[name]}: must be a whole number, got {text!r}")
    return int(text)


def _checked(address: str | None, count: int | None, number: int | None) -> str:
    """Return the coordinator's HOST:PORT of arguments that go together."""
    given = {"coordinator": address, "processes": count, "process_id": number}
    if missing := [name for name, value in given.items() if value is None]:
        present = ", ".join(f"`{name}` {value}" for name, value in given.items() if value)
        raise UsageError(f"`{missing[0]}`: is missing, several processes need it; got {present}")
    assert address is not None and count is not None and number is not None
    address = address.split(",")[0].strip()  # Keras's variable may list all processes
    host, colon, port = address.rpartition(":")
    if not (colon and host and port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"`coordinator`: must be HOST:PORT or {AUTO}, got {address!r}")
    if count < 1:
        raise UsageError(f"`processes`: must be 1 or more, got {count}")
    if not 0 <= number < count:
        raise UsageError(f"`process_id`: must be from 0 to {count - 1}, got {number}")
    return address


def _connect(
    address: str | None, count: int | None, number: int | None, seed: int, patience: int
) -> None:
    import jax
    import keras

    if address == AUTO:
        address = None
    elif number == 0:
        _check_free(str(address))
    else:
        _await(str(address), patience)
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    logger.info(f"waiting for {count or 'the'} processes, at most {patience} s")
    came = f"coordinator {address or AUTO}: not all {count or ''} processes came in {patience} s"
    try:
        with _ending_after(patience, " ".join(came.split())):
            jax.distributed.initialize(
                address,
                count,
                number,
                initialization_timeout=patience + 60,
                shutdown_timeout_seconds=SHUTDOWN,
            )
            keras.utils.set_random_seed(seed)
            jax.devices()  # here the processes exchange what devices they have
    except ValueError as error:
        raise UsageError(
            f"`coordinator` {AUTO}: no scheduler says which process this is ({one_line(error)}); "
            "give HOST:PORT, `processes` and `process_id`"
        ) from error
    except RuntimeError as error:
        raise DataError(f"`coordinator` {address or AUTO}: {one_line(error):.200}") from error


@contextlib.contextmanager
def _ending_after(seconds: float, message: str) -> Iterator[None]:
    """End the process with a line if the block takes longer: JAX would end it with pages."""

    def give_up() -> None:
        logger.error(f"dscl-tf: {message}")
        _end(1, 0)

    timer = threading.Timer(seconds, give_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _check_free(address: str) -> None:
    """Check that this process can serve at the coordinator's port."""
    port = int(address.rpartition(":")[2])
    try:
        with socket.create_server(("", port)):
            pass
    except OSError as error:
        raise DataError(
            f"`coordinator` {address}: process 0 cannot serve at port {port}: {error.strerror}"
        ) from error


def _await(address: str, patience: int) -> None:
    """Wait until process 0 answers: JAX itself would end the process without an exception."""
    host, _, port = address.rpartition(":")
    end = time.monotonic() + patience
    while True:
        try:
            with socket.create_connection((host.strip("[]"), int(port)), timeout=5):
                return
        except OSError as error:
            if time.monotonic() > end:
                raise DataError(
                    f"`coordinator` {address}: process 0 did not answer in {patience} s: "
                    f"{error.strerror or error}"
                ) from error
        time.sleep(0.5)
