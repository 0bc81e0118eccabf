"""Runs a plan, each run in a process of its own."""

import logging
import shlex
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from filelock import FileLock, Timeout

from dscl_tf.data.store import open_store
from dscl_tf.errors import DataError
from dscl_tf.files import report_write_errors
from dscl_tf.reproduce.estimate import hours, seconds_left
from dscl_tf.reproduce.plan import Cell, Plan, PlannedRun
from dscl_tf.reproduce.processes import Processes
from dscl_tf.reproduce.state import dice_on_test, is_finished, is_started, made_from

logger = logging.getLogger(__name__)

Progress = Callable[[str], None]


class Call(Protocol):
    """Runs `dscl-tf` with arguments, output going to a log; returns None, or how it failed."""

    stopped: bool  # whether `stop` was called

    def __call__(self, arguments: list[str], log: Path) -> str | None:
        """Run one command; may be called from several threads at once."""

    def stop(self) -> None:
        """End all commands that still run."""


def execute(
    plan: Plan,
    stores: Path,
    output: Path,
    known: dict[str, float],
    jobs: int = 1,
    call: Call | None = None,
) -> dict[str, str]:
    """Make every run of a plan that is not finished, and evaluate those of fine-tuning.

    A run that was stopped is resumed. One that fails leaves its message and log, and the cells
    that need it are passed over; all others are run. A run that another call is at is waited for.
    What only cells need that are evaluated already is not made again.

    Args:
        plan: runs and cells.
        stores: directory of the slice stores, named as their configurations.
        output: where the runs and logs go.
        known: seconds per step by stage, where nothing was measured.
        jobs: how many runs go on at a time.
        call: runs one command, by default in a new process.

    Returns:
        the failed runs: name to message.

    Raises:
        DataError: a store is missing, before anything is run.
    """
    open_stores(plan, stores, output)
    call = call or Processes()
    open_cells = [cell for cell in plan.cells if _dice(plan, cell, output) is None]
    waiting = list(dict.fromkeys(name for cell in open_cells for name in cell.runs))
    running: dict[Future[str | None], str] = {}
    made: set[str] = set()
    failed: dict[str, str] = {}
    lost: set[str] = set()  # failed, or in need of a run that did

    def close(name: str) -> None:
        for number, cell in enumerate(plan.cells, start=1):
            if cell.runs[-1] == name:
                logger.info(_line(cell, number, plan, output, known, jobs))

    if done := len(plan.cells) - len(open_cells):
        logger.info(f"{done} of {len(plan.cells)} cells were there")

    with ThreadPoolExecutor(jobs) as pool:
        try:
            while waiting or running:
                for name in [name for name in waiting if lost & set(plan.runs[name].sources)]:
                    waiting.remove(name)
                    lost.add(name)
                    close(name)
                ready = [name for name in waiting if made >= set(plan.runs[name].sources)]
                for name in ready[: jobs - len(running)]:
                    waiting.remove(name)
                    run = plan.runs[name]
                    running[pool.submit(_make, run, stores, output, call)] = name
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    if message := future.result():
                        failed[name] = message
                        lost.add(name)
                        logger.info(f"{name}: failed: {message}")
                    else:
                        made.add(name)
                    close(name)
        except BaseException:
            call.stop()
            raise
    return failed


def open_stores(plan: Plan, stores: Path, output: Path) -> None:
    """Open each store once, so that the phantom's is made before runs want it side by side.

    Raises:
        DataError: a store is missing or damaged, or a run was made from what a store held before.
    """
    versions: dict[Path, str] = {}
    for run in plan.runs.values():
        store = store_of(run, stores)
        if store not in versions:
            versions[store] = open_store(run.config, store).version
        directory = output / "runs" / run.name
        if made_from(directory) not in (None, versions[store]):
            raise DataError(
                f"{directory}: must have been made from what {store} holds, which has changed "
                "since; remove the run, or give another `output`"
            )


def store_of(run: PlannedRun, stores: Path) -> Path:
    """Return the slice store of a run."""
    return stores / run.config.name


def command(run: PlannedRun, stores: Path, output: Path) -> list[str]:
    """Return the arguments of `dscl-tf` that make or continue a run."""
    runs = output / "runs"
    directory = runs / run.name
    started = is_started(directory)
    arguments = run.arguments_to_resume(directory / "config.yaml") if started else run.arguments()
    return [*arguments, "--store", str(store_of(run, stores)), "--runs", str(runs)]


def _make(run: PlannedRun, stores: Path, output: Path, call: Call) -> str | None:
    """Make or continue a run and evaluate it; return None, or how it failed."""
    directory = output / "runs" / run.name
    log = output / "logs" / f"{run.name}.log"
    with _alone(run.name, output / "locks", call):
        if not is_finished(directory):
            if directory.is_dir() and not is_started(directory):
                shutil.rmtree(directory)  # killed before its first file was whole
            arguments = command(run, stores, output)
            logger.info(f"dscl-tf {shlex.join(arguments)}")
            if message := call(arguments, log):
                return message
        if run.stage != "finetune" or dice_on_test(directory, run.config.splits.test) is not None:
            return None
        return call(["evaluate", "--run", run.name, "--runs", str(directory.parent)], log)


@contextmanager
def _alone(name: str, locks: Path, call: Call) -> Iterator[None]:
    """Wait until no other call is at the run `name`, and keep others from it."""
    with report_write_errors(locks):
        locks.mkdir(parents=True, exist_ok=True)
    lock = FileLock(locks / f"{name}.lock")
    seconds = 0.0
    while not lock.is_locked:
        try:
            lock.acquire(timeout=seconds)
        except Timeout:
            if call.stopped:
                raise KeyboardInterrupt from None
            if not seconds:
                logger.info(f"{name}: waiting for another command that is at it")
            seconds = 1.0
    try:
        yield
    finally:
        lock.release()


def _dice(plan: Plan, cell: Cell, output: Path) -> float | None:
    """Return the score of a cell, None where its run is not finished and evaluated."""
    last = plan.runs[cell.runs[-1]]
    directory = output / "runs" / last.name
    return dice_on_test(directory, last.config.splits.test) if is_finished(directory) else None


def _line(
    cell: Cell, number: int, plan: Plan, output: Path, known: dict[str, float], jobs: int
) -> str:
    dice = _dice(plan, cell, output)
    seconds, unknown = seconds_left(plan.runs, output / "runs", known)
    result = "failed" if dice is None else f"Dice {dice:.3f}"
    left = f"about {hours(seconds / jobs)} left" + (
        f" and {unknown} runs of unknown time" * bool(unknown)
    )
    return f"{number}/{len(plan.cells)}  {cell.label}: {result}  ({left})"
