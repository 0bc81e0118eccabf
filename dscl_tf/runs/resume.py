"""Which run is resumed, and whether it is as it was."""

import json
import logging
from collections.abc import Sequence
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.differences import differences
from dscl_tf.errors import DataError
from dscl_tf.process import settings_of_process
from dscl_tf.runs.find import find_run
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


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
            f"{run.path}: `resume` needs an unfinished {stage} run{of_experiment}, "
            f"got a {run.record['status']} {run.stage} run of {run.experiment}"
        )
    return run


def check_sources(run: Run, runs: Path, init: str | None, generators: Sequence[str]) -> None:
    """Check that a run would go on from the runs that it began with.

    Args:
        run: the run to continue.
        runs: the directory that holds the runs.
        init: the run that it must have started from, or "none"; None and "latest" leave it open.
        generators: the runs that must augment it; without any, or with "latest", they are open.

    Raises:
        DataError: it began with others.
    """
    began = {
        "init": [run.record["init"]] if run.record["init"] else [],
        "generators": run.record.get("generators", []),
    }
    asked: dict[str, Sequence[str]] = {}
    if init not in (None, "latest"):
        asked["init"] = [] if init == "none" else [init]
    if generators and "latest" not in generators:
        asked["generators"] = generators
    for argument, choices in asked.items():
        found = (find_run(runs, choice, lambda _: True, "run") for choice in choices)
        paths = [str(source.path.resolve()) for source in found]
        if sorted(paths) != sorted(began[argument]):
            raise DataError(
                f"{run.path}: `resume` must keep `{argument}` "
                f"{', '.join(began[argument]) or 'none'}, got {', '.join(paths) or 'none'}"
            )


def check_unchanged(run: Run, config: Experiment) -> None:
    """Check that a run would go on with the configuration it began with.

    `runtime.precision=auto` stands for the precision that it began with.

    Raises:
        DataError: it would not; every key that differs is named.
    """
    began, asked = run.config.model_dump(), config.model_dump()
    if config.runtime.precision == "auto":
        asked["runtime"]["precision"] = run.config.runtime.precision
    if changed := differences(began, asked):
        raise DataError(
            f"{run.path}: `resume` must keep the configuration, these keys differ: "
            f"{', '.join(key for key, _, _ in changed)}"
        )


def warn_unless_exact(run: Run) -> None:
    """Say what rounds results otherwise than in the process that began a run.

    Under the same settings a resumed run equals an uninterrupted one bit by bit.
    """
    path = run.path / "environment.json"
    try:
        began = json.loads(path.read_text()).get("process")
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"{path}: cannot be read: {error}") from error
    if began is None:
        logger.warning(f"{path} does not say how the run computed: it may not go on bit by bit")
    elif changed := differences(began, settings_of_process()):
        values = "; ".join(f"{key} {before}, now {now}" for key, before, now in changed)
        logger.warning(f"{run.path} goes on, but not bit by bit as uninterrupted: {values}")
