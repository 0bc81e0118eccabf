"""Making one run of a plan, by the commands that a user would give."""

import logging
import shlex
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from dscl_tf.files import lock
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.plan import FINAL_STAGE, PlannedRun
from dscl_tf.reproduce.state import dice_on_test, is_finished, open_started

logger = logging.getLogger(__name__)


class Call(Protocol):
    """Runs `dscl-tf` with arguments, output going to a log; returns None, or how it failed."""

    stopped: bool  # whether `stop` was called

    def __call__(self, arguments: list[str], log: Path) -> str | None:
        """Run one command; may be called from several threads at once."""

    def stop(self) -> None:
        """End all commands that still run."""


def arguments_of(run: PlannedRun, folders: Folders) -> list[str]:
    """Return the arguments of `dscl-tf` that make a run, or continue it where it was stopped."""
    directory = folders.run(run)
    started = open_started(directory)
    arguments = run.arguments_to_resume(directory / "config.yaml") if started else run.arguments()
    return [*arguments, "--store", str(folders.store(run)), "--runs", str(folders.runs)]


def make(run: PlannedRun, folders: Folders, call: Call) -> str | None:
    """Make or continue a run, and evaluate it if it is one of fine-tuning.

    Where another process is making it, wait for that one and do what it left undone.

    Returns:
        None, or how a command failed.
    """
    with _alone(run, folders, call):
        return _train(run, folders, call) or _evaluate(run, folders, call)


def _train(run: PlannedRun, folders: Folders, call: Call) -> str | None:
    directory = folders.run(run)
    if is_finished(directory):
        return None
    if directory.is_dir() and not open_started(directory):
        shutil.rmtree(directory)  # its process was killed before the first file was whole
    arguments = arguments_of(run, folders)
    logger.info(f"dscl-tf {shlex.join(arguments)}")
    return call(arguments, folders.log(run))


def _evaluate(run: PlannedRun, folders: Folders, call: Call) -> str | None:
    if run.stage != FINAL_STAGE:
        return None
    if dice_on_test(folders.run(run), run.config.splits.test) is not None:
        return None
    return call(["evaluate", "--run", run.name, "--runs", str(folders.runs)], folders.log(run))


def _alone(run: PlannedRun, folders: Folders, call: Call) -> AbstractContextManager[None]:
    """Wait until no other process is making a run, and keep others from it meanwhile."""

    def give_up_when_stopped() -> None:
        if call.stopped:
            raise KeyboardInterrupt

    busy = f"{run.name}: waiting for another process that is making it"
    return lock(folders.locks / f"{run.name}.lock", busy=busy, wait=give_up_when_stopped)
