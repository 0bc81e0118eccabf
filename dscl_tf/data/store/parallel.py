"""Work in parallel processes, volume by volume."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Iterable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import joblib

from dscl_tf.errors import DataError


def in_parallel(
    calls: Iterable[Any], count: int, jobs: int | None, **hints: Any
) -> Generator[Any, None, None]:
    """Yield the results of calls in their order.

    A call is taken from `calls` only when a process is free for it, so that whoever makes them can
    stop early.

    Args:
        calls: what `joblib.delayed` gave.
        count: how many there are at most.
        jobs: how many at a time; None leaves it to `joblib.parallel_config`, one without.
        hints: further arguments of `joblib.Parallel`.

    Raises:
        DataError: a process was killed from outside.
    """
    parallel = joblib.Parallel(
        n_jobs=jobs and max(1, min(jobs, count)),
        return_as="generator",
        pre_dispatch="n_jobs",
        batch_size=1,
        **hints,
    )
    with contextlib.closing(parallel(calls)) as results:
        try:
            yield from results
        except BrokenProcessPool as error:
            raise DataError(
                "a process that prepared a volume was killed, most likely because memory ran "
                "out; fewer `jobs` need less"
            ) from error


def serve_parent(parent: int) -> None:
    """Where the process `parent` started this one, leave interrupts to it and end soon after it.

    Left alone by a killed parent, joblib's processes wait minutes for more work.
    """
    name = "end-with-parent"
    if os.getppid() != parent or any(thread.name == name for thread in threading.enumerate()):
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), name=name, daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def usable_cpus() -> int:
    """Return how many CPUs this process may use."""
    return joblib.cpu_count()


class TimeLeft:
    """Estimates the time that the rest of many pieces of work takes."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Count to `total`; `clock` gives seconds."""
        self.total = total
        self.clock = clock
        self.first_done: float | None = None

    def after(self, done: int) -> str:
        """Return such as "3/8, 40 s left" once `done` pieces are finished.

        The first piece, with the start of the processes in it, is left out of the pace.
        """
        counted = f"{done}/{self.total}"
        if self.first_done is None:
            self.first_done = self.clock()
            return counted
        if done == self.total:
            return counted
        left = (self.clock() - self.first_done) / (done - 1) * (self.total - done)
        return f"{counted}, " + (f"{left:.0f} s left" if left < 90 else f"{left / 60:.1f} min left")
