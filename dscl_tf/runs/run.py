"""Run directories: what a stage leaves behind, for people and for the stages after it.

config.yaml            the resolved configuration, itself a valid --config
run.json               stage, store, the runs that it started from, command, times; status:
                       running, finished, interrupted (Ctrl-C), terminated (by a signal) or failed;
                       the last three with their reason
environment.json       versions, machine, settings of the process
metrics.csv            one row per report; tensorboard/ holds the same
checkpoint.npz         weights, optimiser and step, to resume from
weights.npz            the result, by variable path
figures/               pictures of what pre-training learnt, with captions
.lock                  held by the process that trains the run

Of fine-tuning alone:

best.npz               the weights that scored highest on the validation volumes, in weights.npz too
last.npz               the weights after the last step
pseudo_labels-N.npz    the pseudo-labels of round N of self-training
"""

import contextlib
import shutil
import time
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import dump, load_config
from dscl_tf.errors import DataError, TrainingError, UsageError
from dscl_tf.files import (
    atomic_write,
    lock,
    report_read_errors,
    report_write_errors,
    whole_directory,
    write_json,
)
from dscl_tf.names import broken_name
from dscl_tf.readers import read_tree
from dscl_tf.readers.npz_file import Choice, check_finite, not_finite, read_npz, write_npz
from dscl_tf.runs.environment import command_line, environment, now
from dscl_tf.runs.precision import settled
from dscl_tf.runs.records import RunRecord

RESERVED = ("latest", "none")  # what may stand in place of a run's name
BEFORE_RUN_JSON = {"config.yaml", "environment.json"}  # what a run of version 0.1.0 wrote first


class Run:
    """One run directory.

    To see what a run came to::

        run = Run.open("runs/mine")
        run.stage, run.finished, run.record["started"]
        run.config.finetune.ntr
        run.load_arrays("weights")["encoder_block1_conv1/kernel"]

    Attributes:
        path: the directory.
        record: what run.json held when the run was opened, and what `update` changed since.
        writes: whether this process writes into the directory; of several that train the run
            together one does. In the others the methods that write only check what they are given.
    """

    writes = True

    def __init__(self, path: Path, config: Experiment | None, record: dict[str, Any]) -> None:
        """Describe the run in `path`; without `config`, its config.yaml is read when asked for."""
        self.path = path
        self.record = record
        if config is not None:
            self.config = config

    @cached_property
    def config(self) -> Experiment:
        """The resolved configuration.

        Raises:
            UsageError: config.yaml is missing or breaks a rule.
        """
        return load_config(self.path / "config.yaml")

    @classmethod
    def create(
        cls,
        runs: Path,
        name: str | None,
        stage: str,
        config: Experiment,
        details: Mapping[str, Any],
    ) -> "Run":
        """Make a new run directory.

        Args:
            runs: the directory that holds the runs.
            name: the run's name; None makes one from experiment, stage and time.
            stage: the name of the stage that makes it.
            config: the resolved configuration.
            details: further entries of run.json, such as the store and the run that it starts from.

        Raises:
            DataError: a run of that name exists, or the directory cannot be written.
            UsageError: the name is a path, or one that is kept for a choice of runs.
        """
        if name is not None and (name in RESERVED or broken_name(name)):
            raise UsageError(
                f"`name`: must be a bare name other than {' and '.join(RESERVED)}, got {name!r}"
            )
        path = Path(runs) / (name or _free_name(Path(runs), config.name, stage))
        config = settled(config)
        with report_write_errors(path):
            _remove_remains(path)
            if path.exists():
                raise DataError(
                    f"{path}: the run directory must not exist yet; name another or `resume`"
                )
            record = {
                "stage": stage,
                "experiment": config.name,
                "status": "running",
                "started": now(),
                "command": command_line(),
                **details,
            }
            with whole_directory(path) as folder:  # so that none is without its run.json
                with atomic_write(folder / "config.yaml", "w") as file:
                    file.write(dump(config))
                write_json(folder / "environment.json", environment())
                write_json(folder / "run.json", record)
        return cls(path, config, record)

    @classmethod
    def open(cls, path: str | Path) -> "Run":
        """Read a run directory.

        Raises:
            DataError: it does not exist or is not a run directory.
        """
        path = Path(path)
        with report_read_errors(path):
            if not (path / "run.json").is_file():
                raise DataError(f"{path}: not a run directory (it has no run.json)")
        return cls(path, None, read_tree(path / "run.json", RunRecord))

    @property
    def stage(self) -> str:
        """The stage that made the run."""
        return self.record["stage"]

    @property
    def experiment(self) -> str:
        """The configuration's name."""
        return self.record["experiment"]

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return self.record["status"] == "finished"

    def entry(self, key: str) -> Any:
        """Return an entry of run.json that not every run has.

        Raises:
            DataError: this one lacks it.
        """
        if self.record.get(key) is None:
            raise DataError(f"{self.path / 'run.json'}: must hold {key}")
        return self.record[key]

    def update(self, **entries: Any) -> None:
        """Change entries of run.json."""
        self.record |= entries
        if self.writes:
            write_json(self.path / "run.json", self.record)

    def note_failure(self, reason: str) -> None:
        """Say in run.json that the run failed, and why, as far as it can still be written."""
        if self.path.exists():
            with contextlib.suppress(DataError):
                self.update(status="failed", reason=reason)

    def discard_unless_started(self) -> None:
        """Remove the directory of a run that failed before its first report."""
        if self.writes and not (self.path / "metrics.csv").exists():
            shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from training this run, and remove what a killed one left half done.

        Raises:
            DataError: another process is training it.
        """
        if not self.writes:
            yield
            return
        busy = f"{self.path}: another process is training this run"
        with lock(self.path / ".lock", busy=busy):
            for unfinished in self.path.glob(".*.tmp"):
                if not unfinished.is_dir():  # as of an evaluation
                    unfinished.unlink()
            yield

    def save_arrays(self, name: str, arrays: Mapping[str, Any]) -> None:
        """Write `name`.npz whole or not at all.

        Raises:
            TrainingError: a value is NaN or infinite; a former file stays as it was.
        """
        arrays = {key: np.asanyarray(array) for key, array in arrays.items()}
        if found := not_finite(arrays):
            raise TrainingError(
                f"{self.path}: the values of {name}.npz must stay finite, {found}; try a lower "
                "learning_rate or runtime.precision=float32"
            )
        if not self.writes:
            return
        with atomic_write(self.path / f"{name}.npz") as file:
            write_npz(file, arrays)

    def load_arrays(self, name: str, choose: Choice = list) -> dict[str, np.ndarray]:
        """Read `name`.npz.

        Args:
            name: of the file.
            choose: which of its arrays to read, as in `read_npz`.

        Raises:
            DataError: the file is missing or damaged, or a value is NaN or infinite; or what
                `choose` raises.
        """
        path = self.path / f"{name}.npz"
        arrays = read_npz(path, choose)
        check_finite(arrays, path)
        return arrays


def _remove_remains(path: Path) -> None:
    """Remove a directory that was made for a run whose process was killed before run.json."""
    if path.is_dir() and not path.is_symlink():
        held = {entry.name for entry in path.iterdir() if not entry.name.endswith(".tmp")}
        if held <= BEFORE_RUN_JSON:
            shutil.rmtree(path)


def _free_name(runs: Path, experiment: str, stage: str) -> str:
    stem = f"{experiment}-{stage.removeprefix('pretrain_')}-{time.strftime('%Y%m%d-%H%M%S')}"
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    with report_write_errors(runs):
        return next(name for name in candidates if not (runs / name).exists())
