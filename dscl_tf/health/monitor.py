"""What training asks of that which watches it."""

import json
from abc import ABC, abstractmethod
from collections.abc import Sequence

from dscl_tf.files import atomic_write
from dscl_tf.runs.metrics_log import Row
from dscl_tf.runs.run import Run

Figures = dict[str, tuple[str, bytes]]
"""File name to caption and PNG."""


class Watch(ABC):
    """What to measure how often, what to draw, and when a run has collapsed."""

    every: int | None
    """Steps between measurements; 0 or None: none, and no figures."""

    def due(self, step: int, last: bool) -> bool:
        """Return whether to measure after `step`."""
        return bool(self.every and (last or step % self.every == 0))

    @abstractmethod
    def measure(self) -> Row:
        """Return the columns for the present weights."""

    @abstractmethod
    def draw(self) -> Figures:
        """Return figures of the initial and the present weights."""

    @abstractmethod
    def check(self, rows: Sequence[Row], total_steps: int, run: Run) -> None:
        """Stop a run whose representation has collapsed, unless the settings say otherwise.

        Raises:
            TrainingError: one line that says what was seen and what to try.
        """

    def save_figures(self, run: Run) -> None:
        """Write `figures/*.png` and, last, their captions; nothing if nothing is measured."""
        if not self.every:
            return
        figures = self.draw()
        for name, (_, png) in figures.items():
            with atomic_write(run.path / "figures" / name) as file:
                file.write(png)
        with atomic_write(run.path / "figures" / "captions.json", "w") as file:
            json.dump({name: caption for name, (caption, _) in figures.items()}, file, indent=1)
