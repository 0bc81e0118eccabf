"""Work in parallel processes, volume by volume."""

import contextlib
import os
import signal
import threading
import time
from collections.abc import Generator, Iterable
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import joblib

from dscl_tf.errors import DataError


def in_parallel(
    calls: Iterable[Any], count: int, jobs: int | None, **hints: Any
) -> Generator[Any, None, None]:
    """Yield the results of calls in their order.

    The next call is taken from `calls` only when a process is free for it, so that a generator of
    calls can stop early.

    Args:
        calls: what `joblib.delayed` returned.
        count: the largest number of calls.
        jobs: how many run at a time; None leaves it to `joblib.parallel_config`, whose default is
            one.
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
    """In a process that `parent` started, ignore interrupts, and end when `parent` has ended.

    The parent handles interrupts. If it is killed, joblib's processes would otherwise wait for
    minutes for more work. In any other process this does nothing.

    Args:
        parent: the id of the process that hands out the work.
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
