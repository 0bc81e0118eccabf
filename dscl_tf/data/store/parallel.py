"""Work in parallel processes, volume by volume."""

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import joblib
import joblib._parallel_backends

from dscl_tf.errors import DataError
from dscl_tf.parent import end_with_parent


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
            one, and which can name a cluster (see docs/how-to/devices.md).
        hints: further arguments of `joblib.Parallel`.

    Raises:
        DataError: a process was killed from outside.
    """
    parallel = joblib.Parallel(
        n_jobs=jobs and max(1, min(jobs, count)),
        return_as="generator",
        pre_dispatch="n_jobs",
        batch_size=1,
        **_at_start(jobs, hints),
        **hints,
    )
    with contextlib.closing(parallel(calls)) as results:
        try:
            yield from results
        except _lost_process() as error:
            raise DataError(
                "a process that prepared a volume was killed, most likely because memory ran "
                "out; fewer `jobs` need less"
            ) from error


def serve_parent(parent: int) -> None:
    """In a process of joblib that `parent` started, ignore interrupts, and end when it has ended.

    The parent handles interrupts. If it is killed, joblib's processes would otherwise wait for
    minutes for more work. In any other process this does nothing, nor in the threads in which a
    worker of Dask does its work: Dask ends its workers itself.

    Args:
        parent: the id of the process that hands out the work.
    """
    if os.getppid() == parent and threading.current_thread() is threading.main_thread():
        _begin(parent)


def _begin(parent: int) -> None:
    """Do what `serve_parent` does, in a process that `parent` certainly started."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent(parent)


def _at_start(jobs: int | None, hints: Mapping[str, Any]) -> dict[str, Any]:
    """Return what lets joblib's own processes serve their parent from before their first call."""
    backend, _ = joblib.parallel.get_active_backend()
    own = isinstance(backend, joblib._parallel_backends.LokyBackend)
    if jobs is None or hints.get("prefer") == "threads" or not own:
        return {}
    return {"initializer": _begin, "initargs": (os.getpid(),)}


def _lost_process() -> tuple[type[Exception], ...]:
    """Return what joblib raises where a process was killed: its own, or that of Dask if used."""
    dask = sys.modules.get("distributed")
    return (BrokenProcessPool, *([dask.KilledWorker] if dask else []))


def usable_cpus() -> int:
    """Return how many CPUs this process may use.

    >>> usable_cpus() >= 1
    True
    """
    return joblib.cpu_count()
