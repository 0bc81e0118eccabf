"""The order of the runs: each once those that it starts from are finished."""

from collections.abc import Collection, Mapping

from dscl_tf.reproduce.plan import PlannedRun


class Queue:
    """The runs that are still to be made; those that start from a failed one are dropped.

    `waiting` holds the names of those that were not taken yet.
    """

    def __init__(self, runs: Mapping[str, PlannedRun], names: Collection[str]) -> None:
        """Line up the runs `names`, each after those that it starts from.

        Args:
            runs: all runs of the plan by name.
            names: those to be made; what they start from must be among them.
        """
        self.runs = runs
        self.waiting = list(names)
        self.finished: set[str] = set()

    def take(self, count: int) -> list[str]:
        """Take out at most `count` runs whose sources are all finished, and return their names."""
        ready = [name for name in self.waiting if self.finished >= set(self.runs[name].sources)]
        taken = ready[:count]
        self.waiting = [name for name in self.waiting if name not in taken]
        return taken

    def finish(self, name: str) -> None:
        """Note that a run is finished, so that those that start from it can be taken."""
        self.finished.add(name)

    def fail(self, name: str) -> list[str]:
        """Note that a run failed; drop and return those that need it, directly or not."""
        lost = {name}
        for other in self.waiting:
            if lost & set(self.runs[other].sources):
                lost.add(other)
        dropped = [other for other in self.waiting if other in lost]
        self.waiting = [other for other in self.waiting if other not in lost]
        return dropped
