"""The slice store of an experiment: prepared, brought up to date, opened."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path
from shlex import quote

from dscl_tf.config import Experiment
from dscl_tf.data.layouts import find_cases, supply_of
from dscl_tf.data.phantom import phantom_cases
from dscl_tf.data.store.changes import Changes
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.write import write_store
from dscl_tf.errors import DataError
from dscl_tf.files import lock, report_read_errors

logger = logging.getLogger(__name__)


def update_store(
    config: Experiment,
    source: Path | None,
    directory: Path,
    *,
    jobs: int | None = None,
    skip_bad: bool = False,
    verify: bool = False,
    trust_times: bool = False,
) -> Changes:
    """Prepare the volumes under `source` into a slice store, or bring the store up to date.

    If another process is updating the same store, this waits until it has finished.

    Args:
        config: its section `data` says how to prepare volumes.
        source: a folder in the layout `config.data.layout`. None, which only the phantom allows,
            writes the phantom's volumes beside the store first.
        directory: the store.
        jobs: volumes at a time; see `write_store`.
        skip_bad: leave out volumes that break a rule.
        verify: see `write_store`.
        trust_times: likewise.

    Raises:
        DataError: a file breaks a rule; the store stays as it was.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_phantom(folder, patients=2)
    ...     update_store(load_config("phantom"), Path(folder), Path(folder, "store"))
    Changes(kept=[], prepared=['001', '002'], removed=[], skipped={})
    """
    _check_place(directory)
    cases, supply = None, None
    if source is not None:
        cases = find_cases(config.data, source)
        supply = supply_of(cases, config.data, source)
    with _alone(directory):
        if cases is None:
            cases = phantom_cases(config, _phantom_source(directory))
        return write_store(
            cases,
            config.data,
            directory,
            jobs=jobs,
            skip_bad=skip_bad,
            supply=supply,
            verify=verify,
            trust_times=trust_times,
        )


def prepare(config: Experiment, source: Path | None, directory: Path) -> SliceStore:
    """Call `update_store`, which prepares one volume at a time, and open the store.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_phantom(folder, patients=2)
    ...     list(prepare(load_config("phantom"), Path(folder), Path(folder, "store")).volumes)
    ['001', '002']
    """
    update_store(config, source, directory)
    return SliceStore.open(directory)


def open_store(config: Experiment, directory: Path, given: str | None = None) -> SliceStore:
    """Open the experiment's store; that of the phantom is made where there is none.

    Args:
        config: the experiment.
        directory: the store.
        given: the file or name from which the configuration was read, for the message.

    Raises:
        DataError: there is no store, or it is damaged.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> from dscl_tf.data.phantom import write_phantom
    >>> config = load_config("phantom")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = write_phantom(folder, patients=2)
    ...     _ = update_store(config, Path(folder), Path(folder, "store"))
    ...     open_store(config, Path(folder, "store")).images.shape
    (25, 64, 64, 1)
    """
    with report_read_errors(directory):
        there = directory.exists()
    if not there and config.data.layout == "phantom":
        _check_place(directory)
        with _alone(directory):
            if not directory.exists():  # another process may have made it meanwhile
                cases = phantom_cases(config, _phantom_source(directory))
                write_store(cases, config.data, directory)
    elif not there:
        raise DataError(
            f"{directory}: no such store; make it with dscl-tf data prepare {config.data.layout} "
            f"--config {quote(given or config.name)} --store {quote(str(directory))} --source DIR"
        )
    return SliceStore.open(directory)


def _check_place(directory: Path) -> None:
    """Check that there is a name beside which the files of an update can be put."""
    if not directory.resolve().name:
        raise DataError(f"{directory}: a store must be a folder inside another, got {directory}")


def _phantom_source(directory: Path) -> Path:
    """Return the folder of the phantom's volumes, beside their store."""
    if directory.name in ("", ".."):  # as of ".", which has no name to add to
        directory = directory.resolve()
    return directory.with_name(f"{directory.name}-volumes")


def _alone(directory: Path) -> AbstractContextManager[None]:
    """Hold the lock of a store, which a process that is killed releases."""
    place = directory.resolve()
    busy = f"{directory}: waiting for another command that prepares it"
    return lock(place.with_name(f".{place.name}.lock"), busy=busy, wait=True)
