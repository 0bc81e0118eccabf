"""Runs a plan cell by cell, each run in a process of its own."""

import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dscl_tf.errors import DataError
from dscl_tf.reproduce.estimate import hours, seconds_left
from dscl_tf.reproduce.plan import Cell, Plan, PlannedRun
from dscl_tf.reproduce.state import dice_on_test, is_finished, is_started

Progress = Callable[[str], None]
Call = Callable[[list[str], Path], str | None]
"""Runs `dscl-tf` with arguments, output going to a log; returns None, or how it failed."""


def call_in_new_process(arguments: list[str], log: Path) -> str | None:
    """Run `dscl-tf` in a new process, so that no run inherits anything from another.

    Returns:
        None, or its exit status and last line.
    """
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


def execute(
    plan: Plan,
    stores: Path,
    output: Path,
    known: dict[str, float],
    progress: Progress,
    call: Call = call_in_new_process,
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
        call: runs one command.

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
            message = _make(run, stores, output, progress, call)
            if message is None and run.stage == "finetune":
                message = _evaluate(run, output, call)
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
    return [*arguments, "--resume"] if is_started(directory / run.name) else arguments


def _make(
    run: PlannedRun, stores: Path, output: Path, progress: Progress, call: Call
) -> str | None:
    directory = output / "runs" / run.name
    if is_finished(directory):
        return None
    if directory.is_dir() and not is_started(directory):
        shutil.rmtree(directory)  # killed before its first file was whole
    arguments = command(run, stores, output)
    progress(f"dscl-tf {shlex.join(arguments)}")
    return call(arguments, output / "logs" / f"{run.name}.log")


def _evaluate(run: PlannedRun, output: Path, call: Call) -> str | None:
    if dice_on_test(output / "runs" / run.name) is not None:
        return None
    arguments = ["evaluate", "--run", run.name, "--runs", str(output / "runs")]
    return call(arguments, output / "logs" / f"{run.name}.log")


def _line(cell: Cell, number: int, plan: Plan, output: Path, known: dict[str, float]) -> str:
    dice = dice_on_test(output / "runs" / cell.runs[-1])
    seconds, unknown = seconds_left(plan.runs, output / "runs", known)
    result = "failed" if dice is None else f"Dice {dice:.3f}"
    left = f"about {hours(seconds)} left" + (f" and {unknown} runs of unknown time" * bool(unknown))
    return f"{number}/{len(plan.cells)}  {cell.label}: {result}  ({left})"
