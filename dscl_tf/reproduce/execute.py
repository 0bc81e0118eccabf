"""Runs a plan cell by cell, each run in a process of its own."""

import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dscl_tf.errors import DataError
from dscl_tf.reproduce.estimate import hours, seconds_left
from dscl_tf.reproduce.plan import Cell, Plan, PlannedRun
from dscl_tf.reproduce.state import has_checkpoint, is_finished, test_dice

Progress = Callable[[str], None]


def execute(
    plan: Plan, stores: Path, output: Path, known: dict[str, float], progress: Progress
) -> dict[str, str]:
    """Make every run of a plan that is not finished, and evaluate those of fine-tuning.

    A run that was stopped is resumed. One that fails leaves its message and log, and the cells
    that need it are passed over; all others are run.

    Args:
        plan: runs and cells.
        stores: directory of the slice stores, named as their configurations.
        output: where the runs and logs go.
        known: seconds per step by stage, where nothing was measured.
        progress: receives lines for the terminal.

    Returns:
        the failed runs: name to message.

    Raises:
        DataError: a store is missing, before anything is run.
    """
    check_stores(plan, stores)
    failed: dict[str, str] = {}
    for number, cell in enumerate(plan.cells, start=1):
        for name in cell.runs:
            if name in failed:
                break
            run = plan.runs[name]
            message = _make(run, stores, output, progress)
            if message is None and run.stage == "finetune":
                message = _evaluate(run, output)
            if message is not None:
                failed[name] = message
                progress(f"{name}: failed: {message}")
                break
        progress(_line(cell, number, plan, output, known))
    return failed


def check_stores(plan: Plan, stores: Path) -> None:
    """Raise a `DataError` naming the store that is missing; the phantom's is made on first use."""
    for run in plan.runs.values():
        store = store_of(run, stores)
        if run.config.data.layout != "phantom" and not store.is_dir():
            raise DataError(
                f"{store}: no such store; make it with dscl-tf data prepare "
                f"{run.config.data.layout} --config {run.base} --store {store} --source DIR"
            )


def store_of(run: PlannedRun, stores: Path) -> Path:
    """Return the slice store of a run."""
    return stores / run.config.name


def command(run: PlannedRun, stores: Path, output: Path) -> list[str]:
    """Return the arguments of `dscl-tf` that make or continue a run."""
    directory = output / "runs"
    arguments = [*run.arguments(), "--store", str(store_of(run, stores)), "--runs", str(directory)]
    return [*arguments, "--resume"] if has_checkpoint(directory / run.name) else arguments


def _make(run: PlannedRun, stores: Path, output: Path, progress: Progress) -> str | None:
    if is_finished(output / "runs" / run.name):
        return None
    arguments = command(run, stores, output)
    progress(f"dscl-tf {shlex.join(arguments)}")
    return _call(arguments, output / "logs" / f"{run.name}.log")


def _evaluate(run: PlannedRun, output: Path) -> str | None:
    if test_dice(output / "runs" / run.name) is not None:
        return None
    arguments = ["evaluate", "--run", run.name, "--runs", str(output / "runs")]
    return _call(arguments, output / "logs" / f"{run.name}.log")


def _call(arguments: list[str], log: Path) -> str | None:
    """Run `dscl-tf` in a new process; return None, or the message it ended with."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as file:
        process = subprocess.run(
            [sys.executable, "-m", "dscl_tf.cli", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if process.returncode == 0:
        return None
    if process.returncode == 130:
        raise KeyboardInterrupt
    lines = log.read_text(errors="replace").strip().splitlines() or ["no output"]
    return f"exit status {process.returncode}: {lines[-1]} (log: {log})"


def _line(cell: Cell, number: int, plan: Plan, output: Path, known: dict[str, float]) -> str:
    dice = test_dice(output / "runs" / cell.runs[-1])
    seconds, unknown = seconds_left(plan.runs, output / "runs", known)
    result = "failed" if dice is None else f"Dice {dice:.3f}"
    left = f"about {hours(seconds)} left" + (f" and {unknown} runs of unknown time" * bool(unknown))
    return f"{number}/{len(plan.cells)}  {cell.label}: {result}  ({left})"
