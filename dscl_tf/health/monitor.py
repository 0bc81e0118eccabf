"""What a stage can have measured while it is trained."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence

from dscl_tf.files import atomic_write
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

Figures = dict[str, tuple[str, bytes]]
"""File name to caption and PNG."""


class Monitor(ABC):
    """Measures a network every so many steps, draws figures, and can stop a run.

    To add a column to a run's metrics, derive from this class and give it to `train`::

        class Norms(Monitor):
            every = 100

            def measure(self):
                return {"kernel_norm": float(np.linalg.norm(kernel))}

            def draw(self):
                return {}
    """

    every: int | None
    """Steps between measurements; 0 or None: none, and no figures."""

    def due(self, step: int, last: bool) -> bool:
        """Return whether to measure after `step`, which may be the `last` of the run."""
        return bool(self.every and (last or step % self.every == 0))

    @abstractmethod
    def measure(self) -> Row:
        """Return the columns of metrics.csv for the present weights."""

    @abstractmethod
    def draw(self) -> Figures:
        """Return figures of the present weights, beside the initial ones where that tells more."""

    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:  # noqa: B027
        """Stop a run that is not worth going on with; by default every run goes on.

        Args:
            rows: the metrics so far, one row per report.
            total_steps: the steps of the whole run.
            run: the run, for the message.

        Raises:
            TrainingError: the run should stop; one line that says what was seen and what to try.
        """

    def save_figures(self, run: Run) -> None:
        """Write `figures/*.png` and, last, their captions; nothing if nothing is measured."""
        if not self.every or not run.writes:
            return
        figures = self.draw()
        for name, (_, png) in figures.items():
            with atomic_write(run.path / "figures" / name) as file:
                file.write(png)
        with atomic_write(run.path / "figures" / "captions.json", "w") as file:
            json.dump({name: caption for name, (caption, _) in figures.items()}, file, indent=1)
