"""Folders of sequences that are named by the time they began."""

import time
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import report_read_errors
from dscl_tf.names import broken_name
from dscl_tf.runs.run import RESERVED
from dscl_tf.workflow.checks import check_begun
from dscl_tf.workflow.plan import plan_steps
from dscl_tf.workflow.state import NAME, State


def named_home(runs: Path, name: str) -> Path:
    """Return the folder `name` in `runs`.

    Raises:
        UsageError: `name` is a path, or one that is kept for a choice of runs.

    >>> named_home(Path("runs"), "heart")
    PosixPath('runs/heart')
    """
    if name in RESERVED or broken_name(name):
        raise UsageError(
            f"`name`: must be a bare name other than {' and '.join(RESERVED)}, got {name!r}"
        )
    return runs / name


def free_home(runs: Path, kind: str) -> Path:
    """Return the path of a new folder, `kind`-TIME, in `runs`."""
    stem = f"{kind}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = [stem, *(f"{stem}-{number}" for number in range(2, 1000))]
    with report_read_errors(runs):
        return next(runs / name for name in names if not (runs / name).exists())


def unfinished_home(runs: Path, kind: str, config: Experiment) -> Path | None:
    """Return the newest folder `kind`-TIME of a sequence that can go on, None without any.

    It must have been begun with the same configuration, and no process may be at work on it.
    """
    plan = plan_steps(config)
    with report_read_errors(runs):
        homes = sorted((file.parent for file in runs.glob(f"{kind}-*/{NAME}")), reverse=True)
    for home in homes:
        try:
            state = State.open(home, config.name)
            done = state.record.steps
            with state.locked():
                check_begun(home, plan, config)
        except (DataError, UsageError):
            continue
        if any(step not in done or done[step].status != "finished" for step in plan.steps):
            return home
    return None
