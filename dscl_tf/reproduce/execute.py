"""Makes the runs of a plan, several at a time, each in a process of its own."""

import logging
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from dscl_tf.reproduce.estimate import hours, seconds_left
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.make import Call, make
from dscl_tf.reproduce.plan import Cell, Plan
from dscl_tf.reproduce.processes import Processes
from dscl_tf.reproduce.queue import Queue
from dscl_tf.reproduce.state import dice_on_test, is_finished
from dscl_tf.reproduce.stores import check_stores
from dscl_tf.text import counted

logger = logging.getLogger(__name__)


def execute(
    plan: Plan, folders: Folders, jobs: int = 1, call: Call | None = None
) -> dict[str, str]:
    """Make every run of a plan that is not finished, and evaluate those of fine-tuning.

    A run that was stopped is resumed. One that fails leaves its message and its log; the cells that
    need it are left empty, and all other runs are made. Where another process is making a run, this
    one waits for it. Runs that only evaluated cells need are not made again.

    Args:
        plan: runs and cells.
        folders: where the stores are, and where runs and logs go.
        jobs: how many runs go on at a time.
        call: runs one command, by default in a new process.

    Returns:
        the failed runs: name to message.

    Raises:
        DataError: a store is missing, before anything is run.
    """
    check_stores(plan, folders)
    call = call or Processes()
    empty = [cell for cell in plan.cells if _dice(plan, cell, folders) is None]
    if done := len(plan.cells) - len(empty):
        logger.info(f"{done} of {counted(len(plan.cells), 'cell')} were there")
    queue = Queue(plan.runs, dict.fromkeys(name for cell in empty for name in cell.runs))
    running: dict[Future[str | None], str] = {}
    failed: dict[str, str] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while queue.waiting or running:
                for name in queue.take(jobs - len(running)):
                    running[pool.submit(make, plan.runs[name], folders, call)] = name
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    name = running.pop(future)
                    ended = [name]
                    if message := future.result():
                        failed[name] = message
                        logger.info(f"{name}: failed: {message}")
                        ended += queue.fail(name)
                    else:
                        queue.finish(name)
                    _report_cells(ended, plan, folders, jobs)
        except BaseException:
            call.stop()
            raise
    return failed


def _dice(plan: Plan, cell: Cell, folders: Folders) -> float | None:
    """Return the number of a cell, None where its run is not finished and evaluated."""
    last = plan.last_run(cell)
    directory = folders.run(last)
    return dice_on_test(directory, last.config.splits.test) if is_finished(directory) else None


def _report_cells(ended: list[str], plan: Plan, folders: Folders, jobs: int) -> None:
    """Log a line for every cell whose last run has ended, made or not."""
    for number, cell in enumerate(plan.cells, start=1):
        if cell.runs[-1] in ended:
            dice = _dice(plan, cell, folders)
            result = "failed" if dice is None else f"Dice {dice:.3f}"
            seconds, unknown = seconds_left(plan, folders)
            left = f"about {hours(seconds / jobs)} left"
            if unknown:
                left += f" and {counted(unknown, 'run')} of unknown time"
            logger.info(f"{number}/{len(plan.cells)}  {cell.label}: {result}  ({left})")
