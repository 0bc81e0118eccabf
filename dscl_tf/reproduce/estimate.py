"""How long runs will take, from the pace of those that are there."""

import statistics
from collections.abc import Hashable

from dscl_tf.config.files import load_config
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.plan import Plan, PlannedRun
from dscl_tf.reproduce.state import is_finished
from dscl_tf.runs.metrics_log import read_metrics


def seconds_by_run(plan: Plan, folders: Folders) -> dict[str, float | None]:
    """Return the seconds that each run still needs, None where its pace is unknown.

    The pace is the median of all reports of runs whose steps do the same work: of the same stage,
    sizes and semi-supervised extensions. Where there is no report it is the matrix's, in proportion
    to the batch, but not where further networks are trained or used along.
    """
    paces: dict[Hashable, list[float]] = {}
    done: dict[str, int] = {}
    for name, run in plan.runs.items():
        rows = read_metrics(folders.run(run) / "metrics.csv")
        done[name] = int(rows[-1]["step"] or 0) if rows else 0
        paces.setdefault(_work(run), []).extend(
            row["seconds_per_step"] for row in rows if row["seconds_per_step"]
        )
    seconds: dict[str, float | None] = {}
    for name, run in plan.runs.items():
        measured = paces[_work(run)]
        pace = statistics.median(measured) if measured else _known_pace(run, plan.known_paces)
        if is_finished(folders.run(run)):
            seconds[name] = 0.0
        else:
            seconds[name] = None if pace is None else pace * (run.steps - done[name])
    return seconds


def seconds_left(plan: Plan, folders: Folders) -> tuple[float, int]:
    """Return the estimated seconds of all unfinished runs, and how many of them are unknown."""
    seconds = seconds_by_run(plan, folders).values()
    return sum(each for each in seconds if each), sum(each is None for each in seconds)


def hours(seconds: float) -> str:
    """Return a duration in words.

    >>> hours(7500), hours(700)
    ('2 h 05 min', '12 min')
    """
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"


def _known_pace(run: PlannedRun, known: dict[str, float]) -> float | None:
    settings = run.declared.settings(run.config)
    if run.stage not in known or run.generators or getattr(settings, "adversarial", None):
        return None
    usual = run.declared.settings(load_config(run.base))
    return known[run.stage] * settings.batch_size / usual.batch_size


def _work(run: PlannedRun) -> Hashable:
    """Return what the time of a step depends on."""
    settings = run.declared.settings(run.config)
    extensions = [
        bool(getattr(settings, name, None))
        for name in ("self_training", "adversarial", "teacher", "mixup", "pseudo_contrast")
    ]
    return (
        run.stage,
        run.config.data.grid,
        run.config.model.model_dump_json(),
        run.config.runtime.precision,
        settings.batch_size,
        getattr(settings, "strategy", None),
        *extensions,
        len(run.generators),
    )
