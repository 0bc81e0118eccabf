"""Finding runs: by name, by path, the latest that fits, and those that a run started from."""

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

from dscl_tf.config import Model
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import report_read_errors
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)

LATEST = "latest"


def find_finished(
    runs: Path,
    choice: str,
    stages: Sequence[str],
    *,
    argument: str,
    experiment: str | None = None,
    model: Model | None = None,
) -> Run:
    """Return the finished run of one of `stages` that `choice` names.

    For example, the newest fine-tuned run of the configuration acdc::

        find_finished(Path("runs"), "latest", ["finetune"], argument="run", experiment="acdc")

    Args:
        runs: the directory that holds the runs.
        choice: a name under `runs`, a run directory, or "latest".
        stages: the stages that will do.
        argument: the argument that gave `choice`, for the message.
        experiment: what "latest" is limited to: runs of a configuration of this name.
        model: likewise, runs with these settings of the model.

    Raises:
        DataError: there is no such run, it is not finished or it is of another stage.
    """
    if choice != LATEST:
        run = named_run(runs, choice)
        check_finished(run, stages, argument)
        return run
    if newest := newest_finished(runs, stages, experiment=experiment, model=model):
        return newest
    raise DataError(f"{runs}: holds no {describe(stages, 'finished', experiment)}")


def newest_finished(
    runs: Path,
    stages: Sequence[str],
    *,
    experiment: str | None = None,
    model: Model | None = None,
) -> Run | None:
    """Return the run that `find_finished` takes as the latest, None without any."""

    def fits(run: Run) -> bool:
        return (
            run.finished
            and run.stage in stages
            and experiment in (None, run.experiment)
            and model in (None, run.config.model)
        )

    return newest_run(runs, fits)


def check_finished(run: Run, stages: Sequence[str], argument: str | None = None) -> None:
    """Check that a run is finished and of one of `stages`.

    Args:
        run: the run.
        stages: the stages that will do.
        argument: the argument that named the run, for the message.

    Raises:
        DataError: it is not.
    """
    if run.finished and run.stage in stages:
        return
    rule = f"`{argument}` must be" if argument else "must be"
    raise DataError(
        f"{run.path}: {rule} a {describe(stages, 'finished')}, "
        f"got a {run.record['status']} {run.stage} run"
    )


def named_run(runs: Path, choice: str) -> Run:
    """Return the run of the name `choice` under `runs`, or in the directory `choice`.

    Raises:
        UsageError: `choice` is empty.
        DataError: there is no such run.
    """
    if not str(choice).strip():
        raise UsageError(f"{runs}: a run must have a name, got {choice!r}")
    for path in (Path(runs) / choice, Path(choice)):
        with report_read_errors(path):
            if (path / "run.json").is_file():
                return Run.open(path)
    raise DataError(f"{choice}: no such run in {runs}")


def newest_run(runs: Path, fits: Callable[[Run], bool]) -> Run | None:
    """Return the run directly under `runs` that began last of those that fit, None without any.

    The newest is asked first, and a configuration is read only where `fits` looks at it. So one
    that cannot be read, say of an earlier version, stops the search only if it might be the one.
    A run whose run.json is damaged is passed over with a notice.
    """
    with report_read_errors(Path(runs)):
        files = sorted(Path(runs).glob("*/run.json"))
    opened = []
    for file in files:
        try:
            opened.append(Run.open(file.parent))
        except DataError as error:
            logger.warning(f"passed over: {error}")
    opened.sort(key=lambda run: (run.record["started"], run.path.name), reverse=True)
    return next(filter(fits, opened), None)


def lineage(run: Run, after: tuple[Path, ...] = ()) -> list[Run]:
    """Return a run after all those that it started from, as far as they are still there.

    Args:
        run: the run.
        after: the directories of runs that started from it.

    Raises:
        DataError: a run.json is damaged, or a run started from itself.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     runs, config = Path(folder), load_config("phantom")
    ...     first = Run.create(runs, "a", "pretrain_global", config, {})
    ...     second = Run.create(runs, "b", "finetune", config, {"init": str(first.path)})
    ...     [run.path.name for run in lineage(second)]
    ['a', 'b']
    """
    after = (*after, run.path.resolve())
    found: list[Run] = []
    for source in (run.record.get("init"), *run.record.get("generators", ())):
        if not source:
            continue
        with report_read_errors(Path(source)):
            if not Path(source, "run.json").is_file():
                continue
            if Path(source).resolve() in after:
                raise DataError(
                    f"{run.path / 'run.json'}: must not start from itself, got {source}"
                )
        found += lineage(Run.open(source), after)
    return [*found, run]


def describe(stages: Sequence[str], state: str, experiment: str | None = None) -> str:
    """Return a description of runs, for messages.

    >>> describe(["pretrain_global", "pretrain_local"], "finished", "acdc")
    'finished pretrain_global or pretrain_local run of experiment acdc'
    """
    of_experiment = f" of experiment {experiment}" if experiment else ""
    return f"{state} {' or '.join(stages)} run{of_experiment}"
