"""From a folder of volumes to a slice store."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config, shipped_configs
from dscl_tf.data.layouts import find_cases
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.phantom.patients import write_phantom
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import Changes, write_store
from dscl_tf.errors import DataError
from dscl_tf.files import report_write_errors

logger = logging.getLogger(__name__)


def update_store(
    config: Experiment,
    source: Path | None,
    directory: Path,
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
        jobs: volumes at a time; see `write_store`.
        skip_bad: leave out volumes that break a rule.

    While another process updates the same store, this waits for it.

    Raises:
        DataError: a file breaks a rule; the store stays as it was.
    """
    cases = None if source is None else find_cases(config.data, source)
    with _alone(directory):
        if cases is None:
            cases = _phantom_cases(config, directory)
        return write_store(cases, config.data, directory, jobs=jobs, skip_bad=skip_bad)


def prepare(config: Experiment, source: Path | None, directory: Path) -> SliceStore:
    """Do what `update_store` does, one volume after the other, and open the store."""
    update_store(config, source, directory)
    return SliceStore.open(directory)


def open_store(config: Experiment, directory: Path) -> SliceStore:
    """Open the experiment's store; the phantom's is made on first use.

    Raises:
        DataError: there is no store, or it is damaged.
    """
    if not directory.exists() and config.data.layout == "phantom":
        with _alone(directory):
            if not directory.exists():  # still, after others had their turn
                cases = _phantom_cases(config, directory)
                write_store(cases, config.data, directory)
    elif not directory.exists():
        raise DataError(
            f"{directory}: no such store; make it with dscl-tf data prepare "
            f"{config.data.layout} --config {config.name} --store {directory} --source DIR"
        )
    return SliceStore.open(directory)


def _phantom_cases(config: Experiment, directory: Path) -> list[Case]:
    """Write what is missing of the phantom beside the store, and list it."""
    source = directory.with_name(f"{directory.name}-volumes")
    if written := write_phantom(source, patients=phantom_patients(config)):
        logger.info(f"wrote {written} of the phantom's volumes to {source}")
    return find_cases(config.data, source)


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Keep other processes from a store; what a killed one held is free again."""
    place = directory.resolve()
    with report_write_errors(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(place.with_name(f".{place.name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            logger.info(f"{directory}: waiting for another command that prepares it")
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


def phantom_patients(config: Experiment) -> int:
    """Return how many patients the phantom needs for the splits, whose ids are their numbers.

    For those of a shipped configuration as well, which other commands on the same store may want.

    Raises:
        DataError: an id is no number.
    """
    shipped = [load_config(config.name).splits] if config.name in shipped_configs() else []
    ids = set().union(*(splits.ids() for splits in (config.splits, *shipped)))
    if wrong := sorted(id for id in ids if not id.isdecimal()):
        raise DataError(
            f"splits: the phantom's volume ids are numbers such as 001, got {', '.join(wrong[:5])}"
        )
    return max((int(id) for id in ids), default=0)
