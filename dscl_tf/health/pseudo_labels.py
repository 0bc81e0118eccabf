"""Whether pseudo-labels forget a class, by the rows of a run's metrics."""

import logging
from collections.abc import Callable, Sequence

from dscl_tf.errors import TrainingError
from dscl_tf.health.monitor import Figures, Monitor
from dscl_tf.models.mean_teacher import SHARE
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

LEAST = 0.5  # of the first share of a class


class PseudoLabelMonitor(Monitor):
    """Stops a run whose pseudo-labels lose a class, as `shrunken_class` sees it, or says so once.

    >>> monitor = PseudoLabelMonitor(stop=False)
    >>> monitor.measure(), monitor.draw()  # it reads the rows of the run instead
    ({}, {})
    """

    every = None  # no figures, and no columns but `shares`

    def __init__(
        self, *, stop: bool, section: str = "teacher", shares: Callable[[], Row] | None = None
    ) -> None:
        """Stop such a run, or only log a line.

        Args:
            stop: whether to stop.
            section: of `finetune`, which makes the labels: "teacher" or "self_training".
            shares: returns the present shares by column; None where the model reports them.
        """
        self.stop = stop
        self.section = section
        self.shares = shares
        self.said = False

    def due(self, step: int, last: bool) -> bool:
        """Return True where the shares are known here: then every report has them."""
        return self.shares is not None

    def measure(self) -> Row:
        """Return the shares, or nothing where the model reports them."""
        return self.shares() if self.shares else {}

    def draw(self) -> Figures:
        """Return nothing."""
        return {}

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop, or say so, where a class shrinks; see `Monitor.check`."""
        if not (found := shrunken_class(rows)):
            return
        if self.stop:
            raise TrainingError(
                f"{run.path}: {found}; look at the masks of its best weights, try a lower "
                f"finetune.{self.section}.weight, or go on with "
                f"finetune.{self.section}.stop_on_collapse=false"
            )
        if not self.said:
            logger.info(f"{run.path}: {found}")
            self.said = True


def shrunken_class(rows: Sequence[Row]) -> str | None:
    """Return which class the pseudo-labels are losing, as a clause, or None.

    >>> rows = [{"step": 50, "pseudo_share_1": 0.02}, {"step": 100, "pseudo_share_1": 0.009}]
    >>> shrunken_class(rows)
    'the pseudo-labels of class 1 cover 0.90% of the pixels at step 100, 2.00% at step 50'

    Args:
        rows: the metrics so far, one row per report. A share of 0 before the first other one says
            that there were no pseudo-labels yet.
    """
    last = rows[-1]
    for name in last:
        measured = [row for row in rows if row.get(name)] if name.startswith(SHARE) else []
        if not measured:
            continue
        first, now = measured[0][name] or 0.0, last[name] or 0.0
        if now < LEAST * first:
            return (
                f"the pseudo-labels of class {name.removeprefix(SHARE)} cover {now:.2%} of the "
                f"pixels at step {int(last['step'] or 0)}, {first:.2%} at step "
                f"{int(measured[0]['step'] or 0)}"
            )
    return None
