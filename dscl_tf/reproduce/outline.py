"""A plan in words, before anything is run."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dscl_tf.reproduce.estimate import hours, seconds_by_run
from dscl_tf.reproduce.execute import command
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.state import is_finished


def outline(
    plan: Plan, stores: Path, output: Path, known: Mapping[str, float], jobs: int = 1
) -> tuple[list[str], dict[str, Any]]:
    """Return the plan as lines for the terminal and as a mapping for programs.

    Args:
        plan: runs and cells.
        stores: directory of the slice stores.
        output: directory of the runs.
        known: seconds per step by stage, where nothing was measured.
        jobs: how many runs will go on at a time; the total is divided by it.
    """
    runs: list[dict[str, Any]] = []
    lines = []
    left = seconds_by_run(plan.runs, output / "runs", known)
    for run in plan.runs.values():
        finished = is_finished(output / "runs" / run.name)
        seconds = left[run.name]
        line = f"dscl-tf {shlex.join(command(run, stores, output))}"
        state = "finished" if finished else "time unknown" if seconds is None else hours(seconds)
        lines.append(f"{state:>12}  {line}")
        runs.append({"run": run.name, "command": line, "finished": finished, "seconds": seconds})
    total = sum(each for each in left.values() if each) / jobs
    unknown = sum(each is None for each in left.values())
    done = sum(entry["finished"] for entry in runs)
    rest = f", and {unknown} runs of unknown time" if unknown else ""
    lines.append(
        f"{len(plan.cells)} cells, {len(runs)} runs, {done} of them finished; "
        f"about {hours(total)} of training left{rest}"
    )
    summary = {"cells": len(plan.cells), "runs": runs, "seconds": total, "unknown": unknown}
    return lines, summary
