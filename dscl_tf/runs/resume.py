"""Which run is resumed, and whether everything that it began with is still the same."""

import logging
from collections.abc import Sequence
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.differences import differences
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError
from dscl_tf.process import settings_of_process
from dscl_tf.readers import read_json
from dscl_tf.runs.find import LATEST, describe, named_run, newest_run
from dscl_tf.runs.records import Environment
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import NONE
from dscl_tf.text import printable

logger = logging.getLogger(__name__)


def find_unfinished(
    stage: str, runs: Path, name: str | None = None, experiment: str | None = None
) -> Run:
    """Return the run to continue.

    Args:
        stage: the stage that it must be of.
        runs: the directory that holds the runs.
        name: the run's name or path; None takes the newest unfinished one.
        experiment: the name of its configuration; None takes any.

    Raises:
        DataError: there is no such run, or it is finished or of another stage or experiment.

    >>> import tempfile
    >>> from dscl_tf.config import load_config
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Run.create(Path(folder), "mine", "finetune", load_config("phantom"), {})
    ...     find_unfinished("finetune", Path(folder)).path.name
    'mine'
    """

    def fits(run: Run) -> bool:
        of_experiment = experiment in (None, run.experiment)
        return not run.finished and run.stage == stage and of_experiment

    wanted = describe([stage], "unfinished", experiment)
    run = newest_run(runs, fits) if name in (None, LATEST) else named_run(runs, name)
    if run is None:
        raise DataError(f"{runs}: holds no {wanted}")
    if not fits(run):
        raise DataError(
            f"{run.path}: `resume` needs an {wanted}, "
            f"got a {run.record['status']} {run.stage} run of experiment {run.experiment}"
        )
    return run


def check_resumable(
    run: Run,
    config: Experiment,
    store: SliceStore,
    runs: Path,
    *,
    init: str | None = None,
    generators: Sequence[str] = (),
) -> None:
    """Check that a run would go on with the configuration, the runs and the data it began with.

    Args:
        run: the run to continue.
        config: the configuration to continue with.
        store: the slice store to continue with.
        runs: the directory that holds the runs.
        init: the run that it must have started from, or "none"; None and "latest" leave it open.
        generators: the runs whose generators it must use; without any, or with "latest", they are
            open.

    Raises:
        DataError: something differs; the message names it.
    """
    began, asked = run.config.model_dump(), config.model_dump()
    if config.runtime.precision == "auto":  # stands for the precision that the run began with
        asked["runtime"]["precision"] = run.config.runtime.precision
    for tree in (began, asked):  # a run may go on on other devices, see `warn_unless_exact`
        tree["runtime"].pop("devices", None)
    if changed := differences(began, asked):
        raise DataError(
            f"{run.path}: `resume` must keep the configuration, these keys differ: "
            f"{', '.join(key for key, _, _ in changed)}"
        )
    if init == NONE:
        _check_began_with(run, runs, "init", [])
    elif init not in (None, LATEST):
        _check_began_with(run, runs, "init", [init])
    if generators and LATEST not in generators:
        _check_began_with(run, runs, "generators", generators)
    if run.record.get("store_version") not in (None, store.version):
        raise DataError(
            f"{run.path}: `resume` must find what {store.directory} held when the run began, "
            "but it was prepared anew"
        )


def _check_began_with(run: Run, runs: Path, argument: str, choices: Sequence[str]) -> None:
    recorded = run.record.get(argument) or []
    began = [recorded] if isinstance(recorded, str) else recorded
    paths = [str(named_run(runs, choice).path.resolve()) for choice in choices]
    if sorted(paths) != sorted(began):
        raise DataError(
            f"{run.path}: `resume` must keep `{argument}` "
            f"{', '.join(began) or 'none'}, got {', '.join(paths) or 'none'}"
        )


def warn_unless_exact(run: Run, devices: Sequence[str] | None = None) -> None:
    """Log what rounds results otherwise than in the process that began a run.

    Under the same settings a resumed run equals an uninterrupted one bit by bit. Settings that only
    one of the two versions of the package records are not compared.

    Args:
        run: the run to continue.
        devices: what it goes on on, if that is known.

    Raises:
        DataError: environment.json cannot be read.
    """
    path = run.path / "environment.json"
    began = read_json(path, Environment).get("process")
    now = settings_of_process()
    if not isinstance(began, dict) or not began.keys() & now.keys():
        logger.warning(f"{path} does not say how the run computed: it may not go on bit by bit")
        return
    if devices and "processes" in run.record:  # earlier runs list devices that were idle
        began = began | {"devices": len(run.record["devices"])}
        now = now | {"devices": len(devices)}
    known = {key: value for key, value in began.items() if key in now}
    if changed := differences(known, {key: now[key] for key in known}):
        values = "; ".join(
            f"{key} {printable(str(before))}, now {printable(str(after))}"
            for key, before, after in changed
        )
        logger.warning(f"{run.path} goes on, but not bit by bit as uninterrupted: {values}")
