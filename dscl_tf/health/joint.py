"""Watches both representations of joint pre-training."""

from collections.abc import Mapping, Sequence

from dscl_tf.health.contrastive import Health
from dscl_tf.health.monitor import Figures, Watch
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

UNAMBIGUOUS = ("partition_retrieval", "partition_retrieval_chance")  # only slices have them


class JointHealth(Watch):
    """The health of each part, its columns named after it: `cosine_margin_global` and so on."""

    def __init__(self, parts: Mapping[str, Health]) -> None:
        """Watch `parts`, by the names of their losses; they share their settings."""
        self.parts = dict(parts)
        self.every = next(iter(self.parts.values())).every

    def measure(self) -> Row:
        """Return the columns of all parts."""
        return {
            _column(name, part): value
            for part, health in self.parts.items()
            for name, value in health.measure().items()
        }

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run one of whose representations has collapsed; see `Watch.check`."""
        measured = ("loss", "positive_cosine", "negative_cosine")
        for part, health in self.parts.items():
            own = [
                {"step": row["step"], **{name: row.get(_column(name, part)) for name in measured}}
                for row in rows
            ]
            health.check(own, total_steps, run)

    def draw(self) -> Figures:
        """Return the figures of all parts."""
        return {
            name: figure for health in self.parts.values() for name, figure in health.draw().items()
        }


def _column(name: str, part: str) -> str:
    if name in UNAMBIGUOUS:
        return name
    return f"loss_{part}_chance" if name == "loss_chance" else f"{name}_{part}"
