"""Where the stores of a matrix are, and where its runs, logs and tables go."""

from dataclasses import dataclass
from pathlib import Path

from dscl_tf.reproduce.plan import PlannedRun


@dataclass(frozen=True)
class Folders:
    """The places of a matrix on disk.

    Attributes:
        stores: directory of the slice stores, named as their configurations.
        output: directory of the table, and of `runs`, `logs` and `locks`.
    """

    stores: Path
    output: Path

    @property
    def runs(self) -> Path:
        """The directory that holds the runs."""
        return self.output / "runs"

    @property
    def locks(self) -> Path:
        """The directory of the locks, a file per run."""
        return self.output / "locks"

    def run(self, run: PlannedRun) -> Path:
        """Return the directory of a run."""
        return self.runs / run.name

    def log(self, run: PlannedRun) -> Path:
        """Return the file that gets what the commands of a run print."""
        return self.output / "logs" / f"{run.name}.log"

    def store(self, run: PlannedRun) -> Path:
        """Return the slice store of a run."""
        return self.stores / run.config.name
