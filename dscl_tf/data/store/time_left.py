"""How long the rest of the work takes."""

import time
from collections.abc import Callable


class TimeLeft:
    """Estimates the time that the rest of many pieces of work takes."""

    def __init__(self, total: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Count to `total`; `clock` gives seconds."""
        self.total = total
        self.clock = clock
        self.first_done: float | None = None

    def after(self, done: int) -> str:
        """Return such as "3/8, 40 s left" once `done` pieces are finished.

        The pace is that of all pieces but the first, which includes the start of the processes.

        >>> seconds = iter([100.0, 110.0])
        >>> left = TimeLeft(5, lambda: next(seconds))
        >>> left.after(1), left.after(2)
        ('1/5', '2/5, 30 s left')
        """
        counted = f"{done}/{self.total}"
        if self.first_done is None:
            self.first_done = self.clock()
            return counted
        if done == self.total:
            return counted
        left = (self.clock() - self.first_done) / (done - 1) * (self.total - done)
        return f"{counted}, " + (f"{left:.0f} s left" if left < 90 else f"{left / 60:.1f} min left")
