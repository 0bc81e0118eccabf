"""Start or resume a stage: the library call behind `dscl-tf pretrain` and `dscl-tf finetune`."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

import keras

from dscl_tf.config import Experiment
from dscl_tf.data.store.ranges import ranges_of
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError, Terminated, UsageError, one_line
from dscl_tf.process import warn_of_lost_speed
from dscl_tf.runs.precision import warn_of_slow_precision
from dscl_tf.runs.resume import check_resumable, find_unfinished, warn_unless_exact
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import find_source
from dscl_tf.stages.generators import find_generators
from dscl_tf.stages.outlook import warn_of_outlook
from dscl_tf.stages.registry import STAGES

logger = logging.getLogger(__name__)


def run_stage(
    stage: str,
    config: Experiment,
    store: SliceStore,
    runs: Path,
    *,
    name: str | None = None,
    init: str | None = None,
    generators: Sequence[str] = (),
    resume: bool = False,
) -> Run:
    """Run one stage to its end and return its run.

    Pre-train and fine-tune on the built-in phantom::

        config = load_config("phantom")
        store = open_store(config, Path("stores/phantom"))
        run_stage("pretrain_global", config, store, Path("runs"), name="pretrained")
        run = run_stage("finetune", config, store, Path("runs"), init="pretrained")

    Args:
        stage: the stage's name in the registry, `STAGES`.
        config: the resolved configuration.
        store: the slice store; it must have been prepared with `config.data`.
        runs: the directory that holds the runs.
        name: the run's name; with `resume`, the run to continue.
        init: the run to start from, "latest" or "none" (see `find_source`).
        generators: the runs whose generators augment fine-tuning (see `find_generators`).
        resume: continue the newest unfinished run of this stage and experiment, or `name`.

    Raises:
        DataError: a volume, split, store or run breaks a rule, or another process is training the
            run; a new run that has not reported yet is removed.
        TrainingError: the loss became infinite or NaN, or the representation collapsed.
    """
    store.check_settings(config.data)
    if resume:
        run = find_unfinished(stage, runs, name, config.name)
        check_resumable(run, config, store, runs, init=init, generators=generators)
        source = Run.open(run.record["init"]) if run.record.get("init") else None
        logger.info(f"resuming {run.path}")
        warn_unless_exact(run)
    else:
        run, source = _new_run(stage, config, store, runs, name, init, generators)
        logger.info(f"run {run.path} on {', '.join(run.record['devices'])}")
    warn_of_lost_speed()
    warn_of_slow_precision(run.config.runtime.precision)
    with run.locked():
        if run.record["status"] != "running":
            run.update(status="running", reason=None)
        with _noting_how_it_ends(run, new=not resume):
            STAGES[stage].load()(run, store, source)
    return run


@contextlib.contextmanager
def _noting_how_it_ends(run: Run, *, new: bool) -> Iterator[None]:
    """Say in run.json what ends the run before its time; remove a new one that a rule ends."""
    try:
        yield
    except (KeyboardInterrupt, Terminated) as error:
        status = "terminated" if isinstance(error, Terminated) else "interrupted"
        run.update(status=status, reason=one_line(error))
        raise
    except Exception as error:
        if isinstance(error, DataError | UsageError) and new:
            run.discard_unless_started()
        run.note_failure(one_line(error))
        raise


def _new_run(
    stage: str,
    config: Experiment,
    store: SliceStore,
    runs: Path,
    name: str | None,
    init: str | None,
    generators: Sequence[str],
) -> tuple[Run, Run | None]:
    """Return a new run of `run_stage`, and the run that it starts from."""
    declared = STAGES[stage]
    source = find_source(
        config, runs, init, stages=declared.sources, random_start=declared.random_start
    )
    augmenting = find_generators(config, runs, generators)
    warn_of_outlook(stage, config, store)
    details = {
        "store": str(store.directory.resolve()),
        "store_version": store.version,
        "training_ranges": ranges_of(store).model_dump(mode="json"),
        "init": str(source.path.resolve()) if source else None,
        "generators": [str(found.path.resolve()) for found in augmenting],
        "backend": keras.backend.backend(),
        "devices": keras.distribution.list_devices(),
    }
    return Run.create(runs, name, stage, config, details), source
