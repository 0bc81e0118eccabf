"""How long runs will take, from the pace of those that are there."""

import statistics
from collections.abc import Hashable, Mapping
from pathlib import Path

from dscl_tf.config.files import load_config
from dscl_tf.reproduce.plan import PlannedRun
from dscl_tf.reproduce.state import is_finished
from dscl_tf.runs.metrics_log import read_metrics


def seconds_by_run(
    plan: Mapping[str, PlannedRun], runs: Path, known: Mapping[str, float]
) -> dict[str, float | None]:
    """Return the seconds that each run still needs, None where its pace is unknown.

    The pace is the median of all reports of runs of the same work: stage, sizes, companions.

    Args:
        plan: runs by name.
        runs: where they are.
        known: seconds per step by stage as the configuration has it, used where there is no report:
            in proportion to the rows of a batch, and not where other networks are trained along.
    """
    paces: dict[Hashable, list[float]] = {}
    done: dict[str, int] = {}
    for name, run in plan.items():
        rows = read_metrics(runs / name / "metrics.csv")
        done[name] = int(rows[-1]["step"] or 0) if rows else 0
        paces.setdefault(_work(run), []).extend(
            row["seconds_per_step"] for row in rows if row["seconds_per_step"]
        )
    pace = {
        work: statistics.median(measured) if measured else None for work, measured in paces.items()
    }
    seconds: dict[str, float | None] = {}
    for name, run in plan.items():
        per_step = pace[_work(run)] or _known_pace(run, known)
        if is_finished(runs / name):
            seconds[name] = 0.0
        else:
            seconds[name] = None if per_step is None else per_step * (run.steps - done[name])
    return seconds


def seconds_left(
    plan: Mapping[str, PlannedRun], runs: Path, known: Mapping[str, float]
) -> tuple[float, int]:
    """Return the estimated seconds of all unfinished runs, and how many of them are unknown."""
    seconds = seconds_by_run(plan, runs, known).values()
    return sum(each for each in seconds if each), sum(each is None for each in seconds)


def hours(seconds: float) -> str:
    """Return a duration such as "2 h 05 min", or "12 min"."""
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _known_pace(run: PlannedRun, known: Mapping[str, float]) -> float | None:
    settings = getattr(run.config, run.stage)
    if run.stage not in known or run.generators or getattr(settings, "adversarial", None):
        return None
    usual = getattr(load_config(run.base), run.stage)
    return known[run.stage] * settings.batch_size / usual.batch_size


def _work(run: PlannedRun) -> Hashable:
    """Return what the time of a step depends on."""
    settings = getattr(run.config, run.stage)
    companions = [
        bool(getattr(settings, name, None)) for name in ("self_training", "adversarial", "mixup")
    ]
    return (
        run.stage,
        run.config.data.grid,
        run.config.model.model_dump_json(),
        run.config.runtime.precision,
        settings.batch_size,
        getattr(settings, "strategy", None),
        *companions,
        len(run.generators),
    )
