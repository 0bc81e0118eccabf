"""Run directories: what a stage leaves behind, for people and for the stages after it.

config.yaml            the resolved configuration, itself a valid --config
run.json               stage, status, store, the runs that it started from, command, times
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
import json
import shutil
import time
import zlib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from dscl_tf.config import Experiment
from dscl_tf.config.files import dump, load_config
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import atomic_write, lock, report_write_errors, write_json
from dscl_tf.names import broken_name
from dscl_tf.runs.environment import command_line, environment, now
from dscl_tf.runs.precision import settled

RESERVED = ("latest", "none")  # what may stand in place of a run's name
REQUIRED = ("stage", "experiment", "status", "started")  # of run.json


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
    """

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
        if path.exists():
            raise DataError(
                f"{path}: the run directory must not exist yet; name another or `resume`"
            )
        config = settled(config)
        with report_write_errors(path):
            path.mkdir(parents=True)
        run = cls(path, config, {})
        try:
            with atomic_write(path / "config.yaml", "w") as file:
                file.write(dump(config))
            write_json(path / "environment.json", environment())
            run.update(
                stage=stage,
                experiment=config.name,
                status="running",
                started=now(),
                command=command_line(),
                **details,
            )
        except DataError:
            run.discard_unless_started()
            raise
        return run

    @classmethod
    def open(cls, path: str | Path) -> "Run":
        """Read a run directory.

        Raises:
            DataError: it does not exist or is not a run directory.
        """
        path = Path(path)
        if not (path / "run.json").is_file():
            raise DataError(f"{path}: not a run directory (it has no run.json)")
        try:
            record = json.loads((path / "run.json").read_text())
            missing = [key for key in REQUIRED if key not in record]
        except (OSError, ValueError, TypeError) as error:
            raise DataError(f"{path / 'run.json'}: must be JSON: {error}") from error
        if missing:
            raise DataError(f"{path / 'run.json'}: must hold {', '.join(missing)}")
        return cls(path, None, record)

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

    def update(self, **entries: Any) -> None:
        """Change entries of run.json."""
        self.record |= entries
        write_json(self.path / "run.json", self.record)

    def discard_unless_started(self) -> None:
        """Remove the directory of a run that failed before its first report."""
        if not (self.path / "metrics.csv").exists():
            shutil.rmtree(self.path, ignore_errors=True)

    @contextlib.contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other processes from training this run, and remove what a killed one left half done.

        Raises:
            DataError: another process is training it.
        """
        busy = f"{self.path}: another process is training this run"
        with lock(self.path / ".lock", busy=busy):
            for unfinished in self.path.glob(".*.tmp"):
                unfinished.unlink()
            yield

    def save_arrays(self, name: str, arrays: Mapping[str, Any]) -> None:
        """Write `name`.npz whole or not at all."""
        with atomic_write(self.path / f"{name}.npz") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]

    def load_arrays(self, name: str) -> dict[str, np.ndarray]:
        """Read `name`.npz.

        Raises:
            DataError: the file is missing or damaged.
        """
        path = self.path / f"{name}.npz"
        try:
            with np.load(path) as arrays:
                return dict(arrays)
        except (OSError, ValueError, EOFError, KeyError, BadZipFile, zlib.error) as error:
            raise DataError(f"{path}: cannot be read: {error}") from error


def _free_name(runs: Path, experiment: str, stage: str) -> str:
    stem = f"{experiment}-{stage.removeprefix('pretrain_')}-{time.strftime('%Y%m%d-%H%M%S')}"
    candidates = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    return next(name for name in candidates if not (runs / name).exists())
