"""Health of both representations of joint pre-training."""

from collections.abc import Mapping, Sequence

from dscl_tf.health.contrastive import ContrastiveMonitor
from dscl_tf.health.monitor import Figures, Monitor
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

# Only slices have the first two, only regions of moved views the last.
UNAMBIGUOUS = ("partition_retrieval", "partition_retrieval_chance", "loss_of_chance")


class JointMonitor(Monitor):
    """A monitor for each loss, its columns named after the loss: `cosine_margin_global` and so on.

    ::

        JointMonitor({"global": SliceMonitor(...), "local": RegionMonitor(...)})
    """

    def __init__(self, parts: Mapping[str, ContrastiveMonitor]) -> None:
        """Join monitors, by the names of their losses; they share their settings."""
        self.parts = dict(parts)
        self.every = next(iter(self.parts.values())).every

    def measure(self) -> Row:
        """Return the columns of all parts."""
        return {
            _column(name, part): value
            for part, monitor in self.parts.items()
            for name, value in monitor.measure().items()
        }

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run one of whose representations has collapsed; see `Monitor.check`."""
        measured = ("loss", "positive_cosine", "negative_cosine", "loss_of_chance")
        for part, monitor in self.parts.items():
            own = [
                {"step": row["step"], **{name: row.get(_column(name, part)) for name in measured}}
                for row in rows
            ]
            monitor.check(own, total_steps, run)

    def draw(self) -> Figures:
        """Return the figures of all parts."""
        drawn = [monitor.draw() for monitor in self.parts.values()]
        return {name: figure for figures in drawn for name, figure in figures.items()}


def _column(name: str, part: str) -> str:
    if name in UNAMBIGUOUS:
        return name
    return f"loss_{part}_chance" if name == "loss_chance" else f"{name}_{part}"
