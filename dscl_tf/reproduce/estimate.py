"""How long runs will take, from the pace of those that are there."""

import statistics
from collections.abc import Iterable, Mapping
from pathlib import Path

from dscl_tf.reproduce.plan import PlannedRun
from dscl_tf.reproduce.state import is_finished
from dscl_tf.stages.metrics_log import read_metrics


def seconds_per_step(
    run: PlannedRun, plan: Iterable[PlannedRun], runs: Path, known: Mapping[str, float]
) -> float | None:
    """Return the pace of a run like `run`, or None where nothing is known.

    Args:
        run: a run that has not been made.
        plan: all runs of the plan.
        runs: where they are; the median of those of the same stage, grid and batch size counts.
        known: seconds by stage, used where there is none.
    """
    paces = [
        row["seconds_per_step"]
        for other in plan
        if _work(other) == _work(run)
        for row in read_metrics(runs / other.name / "metrics.csv")
        if row["seconds_per_step"]
    ]
    return statistics.median(paces) if paces else known.get(run.stage)


def seconds_left(
    plan: Mapping[str, PlannedRun], runs: Path, known: Mapping[str, float]
) -> tuple[float, int]:
    """Return the estimated seconds of all unfinished runs, and how many of them are unknown."""
    total, unknown = 0.0, 0
    for run in plan.values():
        if is_finished(runs / run.name):
            continue
        pace = seconds_per_step(run, plan.values(), runs, known)
        if pace is None:
            unknown += 1
        else:
            total += pace * run.steps
    return total, unknown


def hours(seconds: float) -> str:
    """Return a duration such as "2 h 05 min", or "12 min"."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _work(run: PlannedRun) -> tuple[object, ...]:
    settings = getattr(run.config, run.stage)
    return run.stage, run.config.data.grid, run.config.model, settings.batch_size
