"""Start or resume a stage: the library call behind `dscl-tf pretrain` and `dscl-tf finetune`."""

import contextlib
import logging
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import keras
from filelock import FileLock, Timeout

from dscl_tf.config import Experiment
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.errors import DataError, UsageError
from dscl_tf.process import warn_of_lost_speed
from dscl_tf.runs.precision import warn_of_slow_precision
from dscl_tf.runs.resume import (
    check_sources,
    check_unchanged,
    find_unfinished,
    warn_unless_exact,
)
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import find_source
from dscl_tf.stages.finetune import finetune
from dscl_tf.stages.generators import find_generators
from dscl_tf.stages.pretrain_augmentation import pretrain_augmentation
from dscl_tf.stages.pretrain_global import pretrain_global
from dscl_tf.stages.pretrain_joint import pretrain_joint
from dscl_tf.stages.pretrain_local import pretrain_local
from dscl_tf.stages.pretrain_pretext import pretrain_pretext

logger = logging.getLogger(__name__)

STAGES: dict[str, Callable[..., None]] = {
    "pretrain_global": pretrain_global,
    "pretrain_joint": pretrain_joint,
    "pretrain_pretext": pretrain_pretext,
    "pretrain_local": pretrain_local,
    "pretrain_augmentation": pretrain_augmentation,
    "finetune": finetune,
}


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

    Args:
        stage: a key of `STAGES`.
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
        check_unchanged(run, config)
        check_sources(run, runs, init, generators)
        if run.record.get("store_version") not in (None, store.version):
            raise DataError(
                f"{run.path}: `resume` must find what {store.directory} held when the run began, "
                "but it was prepared anew"
            )
        source = Run.open(run.record["init"]) if run.record["init"] else None
        logger.info(f"resuming {run.path}")
        warn_unless_exact(run)
    else:
        source = find_source(stage, config, runs, init)
        augmenting = find_generators(config, runs, generators)
        details = {
            "store": str(store.directory.resolve()),
            "store_version": store.version,
            "init": str(source.path.resolve()) if source else None,
            "generators": [str(found.path.resolve()) for found in augmenting],
            "backend": keras.backend.backend(),
            "devices": keras.distribution.list_devices(),
        }
        run = Run.create(runs, name, stage, config, details)
        logger.info(f"run {run.path} on {', '.join(run.record['devices'])}")
    warn_of_lost_speed()
    warn_of_slow_precision(run.config.runtime.precision)
    with _held(run):
        try:
            STAGES[stage](run, store, source)
        except (DataError, UsageError):
            if not resume:
                run.discard_unless_started()
            raise
    return run


@contextlib.contextmanager
def _held(run: Run) -> Iterator[None]:
    """Keep other processes from training the same run; what a killed one held is free again."""
    lock = FileLock(run.path / ".lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise DataError(f"{run.path}: another process is training this run") from error
    try:
        for left in run.path.glob(".*.tmp"):  # by a process that was killed while it wrote
            left.unlink()
        yield
    finally:
        lock.release()
