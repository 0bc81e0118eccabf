"""Which run `--resume` continues, and whether it is as it was."""

from pathlib import Path
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.errors import DataError
from dscl_tf.stages.run_directory import Run, find_run


def find_unfinished(
    stage: str, runs: Path, name: str | None = None, experiment: str | None = None
) -> Run:
    """Return the run to continue.

    Args:
        stage: the stage that it must be of.
        runs: the directory that holds the runs.
        name: the run's; None takes the newest unfinished one.
        experiment: the name of its configuration; None takes one of any.

    Raises:
        DataError: there is no such run, or it is finished or of another stage or experiment.
    """
    of_experiment = f" of {experiment}" if experiment else ""

    def fits(run: Run) -> bool:
        return (
            not run.finished
            and run.stage == stage
            and (experiment is None or run.experiment == experiment)
        )

    run = find_run(runs, name or "latest", fits, f"unfinished {stage} run{of_experiment}")
    if not fits(run):
        raise DataError(
            f"{run.path}: --resume needs an unfinished {stage} run{of_experiment}, "
            f"got a {run.record['status']} {run.stage} run of {run.experiment}"
        )
    return run


def check_unchanged(run: Run, config: Experiment) -> None:
    """Check that a run would go on with the configuration it began with.

    Raises:
        DataError: it would not; every key that differs is named.
    """
    if changed := _differences(run.config.model_dump(), config.model_dump()):
        raise DataError(
            f"{run.path}: --resume must keep the configuration, these keys differ: "
            f"{', '.join(changed)}"
        )


def _differences(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> list[str]:
    found = []
    for key in sorted(old.keys() | new.keys(), key=str):
        path, one, other = f"{prefix}{key}", old.get(key), new.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            found += _differences(one, other, f"{path}.")
        elif one != other:
            found.append(path)
    return found
