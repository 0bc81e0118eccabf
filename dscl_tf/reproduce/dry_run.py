"""What a plan would run and how long it would take, before anything is run."""

import shlex
from dataclasses import asdict, dataclass
from typing import Any

from dscl_tf.reproduce.estimate import hours, seconds_by_run
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.make import arguments_of
from dscl_tf.reproduce.plan import Plan
from dscl_tf.reproduce.state import is_finished
from dscl_tf.text import counted


@dataclass(frozen=True)
class OutlinedRun:
    """One run of an outline.

    Attributes:
        run: its name.
        command: makes it, or continues it.
        finished: whether it is there.
        seconds: of training that are left, None where unknown.
    """

    run: str
    command: str
    finished: bool
    seconds: float | None

    def line(self) -> str:
        """Return the time that is left, and the command.

        >>> OutlinedRun("a", "dscl-tf finetune --name a", finished=False, seconds=7500).line()
        '  2 h 05 min  dscl-tf finetune --name a'
        """
        unfinished = "time unknown" if self.seconds is None else hours(self.seconds)
        return f"{'finished' if self.finished else unfinished:>12}  {self.command}"


@dataclass(frozen=True)
class Outline:
    """What a plan would run.

    Attributes:
        cells: how many numbers the table gets.
        runs: in the order in which they are made.
        jobs: how many of them go on at a time.

    >>> runs = [OutlinedRun(name, f"dscl-tf {name}", False, 3600) for name in ("a", "b")]
    >>> Outline(cells=1, runs=tuple(runs), jobs=2).seconds
    3600.0
    """

    cells: int
    runs: tuple[OutlinedRun, ...]
    jobs: int

    @property
    def seconds(self) -> float:
        """Of training that are left, runs of unknown time not counted."""
        return sum(run.seconds for run in self.runs if run.seconds) / self.jobs

    @property
    def unknown(self) -> int:
        """How many runs are of unknown time."""
        return sum(run.seconds is None for run in self.runs)

    def text(self) -> str:
        """Return a line per run and one that sums up."""
        finished = sum(run.finished for run in self.runs)
        rest = f", and {counted(self.unknown, 'run')} of unknown time" if self.unknown else ""
        summary = (
            f"{counted(self.cells, 'cell')}, {counted(len(self.runs), 'run')}, {finished} of them "
            f"finished; about {hours(self.seconds)} of training left{rest}"
        )
        return "\n".join([*(run.line() for run in self.runs), summary])

    def record(self) -> dict[str, Any]:
        """Return the outline as a mapping for programs."""
        runs = [asdict(run) for run in self.runs]
        return {
            "cells": self.cells,
            "runs": runs,
            "seconds": self.seconds,
            "unknown": self.unknown,
        }


def outline_plan(plan: Plan, folders: Folders, jobs: int = 1) -> Outline:
    """Return what a plan would run.

    Args:
        plan: runs and cells.
        folders: where the stores are, and where the runs go.
        jobs: how many runs will go on at a time.
    """
    seconds = seconds_by_run(plan, folders)
    runs = tuple(
        OutlinedRun(
            run.name,
            f"dscl-tf {shlex.join(arguments_of(run, folders))}",
            is_finished(folders.run(run)),
            seconds[run.name],
        )
        for run in plan.runs.values()
    )
    return Outline(len(plan.cells), runs, jobs)
