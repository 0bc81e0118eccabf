"""Batches prepared before they are asked for, so that the disk is never idle."""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Item = TypeVar("Item")
STEPS = 3  # batches that are read side by side with the one in use


def read_ahead(make: Callable[[int], Item], first_step: int, steps: int = STEPS) -> Iterator[Item]:
    """Yield what `make` gives for `first_step`, `first_step + 1`, ... without end.

    A batch is a function of the step, so that the next ones can be made in threads while one is in
    use. They come in the order of the steps, and are the same as without threads.

    Args:
        make: gives the batch of a step; several threads call it at a time.
        first_step: the first step.
        steps: how many batches are made ahead.

    Raises:
        Exception: what `make` raised, in its turn.

    >>> batches = read_ahead(lambda step: step**2, first_step=3)
    >>> next(batches), next(batches)
    (9, 16)
    """
    pool = ThreadPoolExecutor(steps, thread_name_prefix="read-ahead")
    waiting: deque[Future[Item]] = deque()
    step = first_step
    try:
        while True:
            while len(waiting) <= steps:
                waiting.append(pool.submit(make, step))
                step += 1
            yield waiting.popleft().result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
