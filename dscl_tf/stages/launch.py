"""Start or resume a stage: the library call behind `dscl-tf pretrain` and `dscl-tf finetune`."""

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import keras

from dscl_tf.config import Experiment
from dscl_tf.data.store.ranges import ranges_of
from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.devices import Devices, distributed
from dscl_tf.devices.agreement import check_alike
from dscl_tf.devices.division import check_batch_size
from dscl_tf.devices.together import everyone_says, failing_together, reporting_lost_processes
from dscl_tf.errors import DataError, Terminated, UsageError, one_line
from dscl_tf.process import warn_of_lost_speed
from dscl_tf.runs.find import named_run
from dscl_tf.runs.precision import warn_of_slow_precision
from dscl_tf.runs.resume import check_resumable, find_unfinished, warn_unless_exact
from dscl_tf.runs.run import Run
from dscl_tf.runs.sources import find_source
from dscl_tf.stages.generators import find_generators
from dscl_tf.stages.outlook import warn_of_outlook
from dscl_tf.stages.registry import STAGES

logger = logging.getLogger(__name__)

SHARED_AFTER = 60  # seconds at most until a new folder is seen by other machines


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

    It is trained on the devices that `config.runtime` names, and by all processes that called
    `dscl_tf.devices.join` before; the first of them writes the run directory.

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
            run; a new run that has not reported yet is removed. Or processes differ in
            configuration or store.
        UsageError: the devices are too few, or do not divide a batch.
        TrainingError: the loss became infinite or NaN, the representation collapsed, or another
            process ended.
    """
    with (
        distributed(config.runtime.devices) as devices,
        reporting_lost_processes(stage),
        contextlib.ExitStack() as held,
    ):
        with failing_together():
            store.check_settings(config.data)
            size, halved = STAGES[stage].settings(config).batch_size, _halves(stage, config)
            check_batch_size(size, devices.count, stage, halved=halved)
        check_alike({"stage": stage, "store": store.version, **config.model_dump(mode="json")})
        asked = _Asked(stage, config, store, runs, name, init, generators)
        run, source = _begin(asked, resume, devices)
        warn_of_lost_speed()
        warn_of_slow_precision(run.config.runtime.precision)
        with failing_together():
            held.enter_context(run.locked())
        _train(run, store, source, resume)
    return run


def _train(run: Run, store: SliceStore, source: Run | None, resume: bool) -> None:
    """Run the stage, and leave a status that says how it ended."""
    if run.record["status"] != "running":
        run.update(status="running", reason=None)
    with _noting_how_it_ends(run, new=not resume):
        STAGES[run.stage].load()(run, store, source)


def _halves(stage: str, config: Experiment) -> bool:
    """Return whether the stage's batches have two halves."""
    finetune = config.finetune
    return stage == "pretrain_joint" or (
        stage == "finetune" and bool(finetune.self_training or finetune.teacher)
    )


@dataclass(frozen=True, eq=False)
class _Asked:
    """What `run_stage` was asked for; see there."""

    stage: str
    config: Experiment
    store: SliceStore
    runs: Path
    name: str | None
    init: str | None
    generators: Sequence[str]


def _begin(asked: _Asked, resume: bool, devices: Devices) -> tuple[Run, Run | None]:
    """Return the run of `run_stage`, new or to be continued, and the one that it starts from.

    Of several processes the first one makes or finds it, and the others open it.
    """
    run, source = None, None
    with failing_together():
        if devices.member.writes and resume:
            run = _resumed(asked, devices)
        elif devices.member.writes:
            run, source = _new_run(asked, devices)
    said = everyone_says(f"{run.path}\n{run.record['started']}" if run else "")[0]
    with failing_together():
        if run is None:
            run = _shared_run(asked.runs, *said.split("\n"))
            logger.info(f"process {devices.member.number} trains {run.path}")
        if source is None and run.record.get("init"):
            source = Run.open(run.record["init"])
    return run, source


def _resumed(asked: _Asked, devices: Devices) -> Run:
    """Return the run to be continued."""
    run = find_unfinished(asked.stage, asked.runs, asked.name, asked.config.name)
    check_resumable(
        run, asked.config, asked.store, asked.runs, init=asked.init, generators=asked.generators
    )
    logger.info(f"resuming {run.path}")
    warn_unless_exact(run, devices.names)
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


def _new_run(asked: _Asked, devices: Devices) -> tuple[Run, Run | None]:
    """Return a new run, and the run that it starts from."""
    config, runs, declared = asked.config, asked.runs, STAGES[asked.stage]
    source = find_source(
        config, runs, asked.init, stages=declared.sources, random_start=declared.random_start
    )
    augmenting = find_generators(config, runs, asked.generators)
    warn_of_outlook(asked.stage, config, asked.store)
    details = {
        "store": str(asked.store.directory.resolve()),
        "store_version": asked.store.version,
        "training_ranges": ranges_of(asked.store).model_dump(mode="json"),
        "init": str(source.path.resolve()) if source else None,
        "generators": [str(found.path.resolve()) for found in augmenting],
        "backend": keras.backend.backend(),
        "devices": list(devices.names),
        "processes": devices.member.total,
    }
    run = Run.create(runs, asked.name, asked.stage, config, details)
    logger.info(f"run {run.path} on {', '.join(devices.names)}")
    return run, source


def _shared_run(runs: Path, path: str, started: str) -> Run:
    """Open the run that the first process made, once this machine sees it.

    Raises:
        DataError: it does not, so that the file system is not shared.
    """
    end = time.monotonic() + SHARED_AFTER
    while True:
        with contextlib.suppress(DataError):
            run = named_run(runs, path)
            if run.record["started"] == started:
                break
        if time.monotonic() > end:
            raise DataError(f"{path}: all processes must see this directory of process 0's run")
        time.sleep(1)
    run.writes = False
    return run
