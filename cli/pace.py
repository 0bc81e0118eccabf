"""How fast work goes on, and how long the rest takes."""

import time
from collections import deque
from collections.abc import Callable


class Pace:
    """The pace of the last pieces of work.

    >>> seconds = iter([0.0, 0.0, 10.0, 12.0, 14.0, 15.0])
    >>> pace = Pace(clock=lambda: next(seconds))
    >>> for done, counts in ((0, False), (1, True), (2, True), (3, True)):
    ...     pace.add(done, counts=counts)
    >>> pace.each
    2.0
    >>> pace.left(3, 5)
    3.0
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin; `clock` gives seconds."""
        self.clock = clock
        self.began = clock()
        self.recent: deque[tuple[float, int]] = deque(maxlen=100)

    def add(self, done: int, *, counts: bool = True) -> None:
        """Note that `done` pieces are finished.

        Args:
            done: the number.
            counts: whether the next piece is one like the others; that which compiles is not.
        """
        now = self.clock()
        if not counts:
            self.recent.clear()
        elif not self.recent or done > self.recent[-1][1]:
            self.recent.append((now, done))

    @property
    def each(self) -> float | None:
        """Seconds for each piece; None where that is not known yet."""
        if len(self.recent) < 2:
            return None
        (first, less), (last, more) = self.recent[0], self.recent[-1]
        return (last - first) / (more - less)

    def left(self, done: int, total: float) -> float | None:
        """Return the seconds for what is left, None where the pace is not known yet."""
        if (each := self.each) is None:
            return None
        return max(0.0, each * (total - done) - (self.clock() - self.recent[-1][0]))

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return self.clock() - self.began


def duration(seconds: float) -> str:
    """Return a duration as hours, minutes and seconds.

    >>> duration(75), duration(3700)
    ('1:15', '1:01:40')
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
