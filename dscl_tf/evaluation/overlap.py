"""Three steps of many items at the same time: the next are read while one is computed."""

import contextlib
import warnings
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Read = TypeVar("Read")
Computed = TypeVar("Computed")
Finished = TypeVar("Finished")


def overlapped(
    items: Iterable[Item],
    read: Callable[[Item], Read],
    compute: Callable[[Item, Read], Computed],
    finish: Callable[[Item, Computed], Finished],
    jobs: int = 1,
) -> Generator[Finished, None, None]:
    """Yield `finish(item, compute(item, read(item)))` of each item, in the order of the items.

    Threads read and finish while this one computes, which is of use where all three leave Python's
    lock alone for long: files, zlib, NumPy, SciPy and TensorFlow do. Results and errors come as if
    one item followed the other; after an error no further item is computed. At most `2 * jobs + 1`
    items are in memory.

    Args:
        items: taken one by one, shortly before they are read.
        read: is called in other threads.
        compute: is called in the thread that asks for results, one item at a time.
        finish: is called in other threads.
        jobs: how many items are read at a time, and how many finished.

    Raises:
        Exception: what a step raised.

    >>> list(overlapped("ab", str.upper, lambda item, read: read * 2, lambda item, twice: twice))
    ['AA', 'BB']
    """
    source = iter(items)
    reading: deque[tuple[Item, Future[Read]]] = deque()
    finishing: deque[Future[Finished]] = deque()
    readers, finishers = ThreadPoolExecutor(jobs, "read"), ThreadPoolExecutor(jobs, "finish")

    def read_ahead() -> None:
        for item in islice(source, jobs - len(reading)):
            reading.append((item, readers.submit(read, item)))

    try:
        with _without_warnings():
            read_ahead()
            while reading:
                try:
                    finishing.append(_computed(reading, read_ahead, compute, finish, finishers))
                except Exception:
                    yield from _results(finishing, 0)  # those before it come first
                    raise
                yield from _results(finishing, jobs)
            yield from _results(finishing, 0)
    finally:
        for pool in (readers, finishers):
            pool.shutdown(cancel_futures=True)


def _computed(
    reading: "deque[tuple[Item, Future[Read]]]",
    read_ahead: Callable[[], None],
    compute: Callable[[Item, Read], Computed],
    finish: Callable[[Item, Computed], Finished],
    finishers: ThreadPoolExecutor,
) -> "Future[Finished]":
    item, future = reading.popleft()
    loaded = future.result()
    del future  # what was read is let go once it is computed
    read_ahead()
    return finishers.submit(finish, item, compute(item, loaded))


def _results(finishing: "deque[Future[Finished]]", most: int) -> Iterator[Finished]:
    """Yield the results that are there, and wait for as many as leave `most` behind."""
    while finishing and (len(finishing) > most or finishing[0].done()):
        yield finishing.popleft().result()


@contextlib.contextmanager
def _without_warnings() -> Iterator[None]:
    """Keep libraries' warnings off the terminal.

    Readers and resampling do so too, each for itself. But the list of what is ignored belongs to
    all threads, so that one may put back what another has just changed.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
