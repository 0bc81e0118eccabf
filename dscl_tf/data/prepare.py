"""From a folder of volumes to a slice store."""

from collections.abc import Callable
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.data.layouts import find_cases
from dscl_tf.data.phantom import write_phantom
from dscl_tf.data.store import SliceStore
from dscl_tf.data.write_store import Changes, write_store
from dscl_tf.errors import DataError


def update_store(
    config: Experiment,
    source: Path | None,
    directory: Path,
    progress: Callable[[str], None],
    *,
    jobs: int | None = None,
    skip_bad: bool = False,
) -> Changes:
    """Prepare the volumes under `source` into a slice store, or bring the store up to date.

    Args:
        config: `data` says how.
        source: a folder in the layout `config.data.layout`. None, for the phantom alone, writes
            the phantom's volumes beside the store first.
        directory: the store.
        progress: receives a line per volume, and notices.
        jobs: volumes at a time; see `write_store`.
        skip_bad: leave out volumes that break a rule.

    Raises:
        DataError: a file breaks a rule; the store stays as it was.
    """
    if source is None:
        source = directory.with_name(f"{directory.name}-volumes")
        if not source.exists():
            write_phantom(source, patients=phantom_patients(config))
            progress(f"wrote the phantom's volumes to {source}")
    return write_store(
        find_cases(config.data, source, progress),
        config.data,
        directory,
        jobs=jobs,
        skip_bad=skip_bad,
        progress=progress,
    )


def prepare(
    config: Experiment, source: Path | None, directory: Path, progress: Callable[[str], None]
) -> SliceStore:
    """Do what `update_store` does, one volume after the other, and open the store."""
    update_store(config, source, directory, progress)
    return SliceStore.open(directory)


def open_store(config: Experiment, directory: Path, progress: Callable[[str], None]) -> SliceStore:
    """Open the experiment's store; the phantom's is made on first use.

    Raises:
        DataError: there is no store, or it is damaged.
    """
    if directory.exists():
        return SliceStore.open(directory)
    if config.data.layout == "phantom":
        return prepare(config, None, directory, progress)
    raise DataError(
        f"{directory}: no such store; make it with dscl-tf data prepare "
        f"{config.data.layout} --config {config.name} --store {directory} --source DIR"
    )


def phantom_patients(config: Experiment) -> int:
    """Return how many patients the phantom needs for the splits, whose ids are their numbers.

    Raises:
        DataError: an id is no number.
    """
    ids = {*config.splits.unlabelled, *config.splits.test}
    for combinations in config.splits.labelled.values():
        for combination in combinations.values():
            ids |= {*combination.train, *combination.validation}
    if wrong := sorted(id for id in ids if not id.isdecimal()):
        raise DataError(
            f"splits: the phantom's volume ids are numbers such as 001, got {', '.join(wrong[:5])}"
        )
    return max(int(id) for id in ids)
