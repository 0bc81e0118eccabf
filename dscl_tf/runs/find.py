"""Finding runs: by name, by path, the latest that fits, and those that a run came from."""

from collections.abc import Callable
from pathlib import Path

from dscl_tf.errors import DataError
from dscl_tf.runs.run import Run


def find_run(runs: Path, choice: str, fits: Callable[[Run], bool], wanted: str) -> Run:
    """Return the run that `choice` names: a directory, a name under `runs`, or "latest".

    Args:
        runs: the directory that holds the runs.
        choice: what the user gave.
        fits: which runs "latest" considers.
        wanted: describes them, for the message.

    Raises:
        DataError: there is no such run.
    """
    if choice == "latest":
        if run := newest_run(runs, fits):
            return run
        raise DataError(f"{runs}: holds no {wanted}")
    for path in (Path(runs) / choice, Path(choice)):
        if (path / "run.json").is_file():
            return Run.open(path)
    raise DataError(f"{choice}: no such run in {runs}")


def newest_run(runs: Path, fits: Callable[[Run], bool]) -> Run | None:
    """Return the run directly under `runs` that began last of those that fit, None without any.

    Configurations are read as `fits` asks for them, the newest first: one that cannot be read, say
    of an earlier version, is an error only where it may be that of the run.
    """
    opened = [Run.open(file.parent) for file in Path(runs).glob("*/run.json")]
    opened.sort(key=lambda run: (run.record["started"], run.path.name), reverse=True)
    return next(filter(fits, opened), None)


def lineage(run: Run) -> list[Run]:
    """Return a run after all those that it came from, as far as they are still there."""
    sources = [run.record.get("init"), *run.record.get("generators", ())]
    there = [Path(source) for source in sources if source and Path(source, "run.json").is_file()]
    return [*(one for source in there for one in lineage(Run.open(source))), run]
