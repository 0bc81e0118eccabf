"""What is checked before hours of training, so that no later step stops on it."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.differences import differences
from dscl_tf.data.store import SliceStore, check_volumes
from dscl_tf.errors import DataError
from dscl_tf.runs.run import Run
from dscl_tf.stages.dependencies import depends_on
from dscl_tf.workflow.plan import Plan


def check_begun(home: Path, plan: Plan, config: Experiment) -> dict[str, Run]:
    """Return the runs that an earlier call left in `home`, by stage.

    Raises:
        DataError: one was made with other settings, or from another run; the message names them.
    """
    runs = {}
    for stage in plan.training:
        path = home / stage
        if not (path / "run.json").is_file():
            continue
        run = Run.open(path)
        if changed := _changed(run, stage, config):
            values = "; ".join(f"{key} was {one}, now {other}" for key, one, other in changed)
            raise DataError(
                f"{path}: was made with other settings ({values}); `name` another, or remove {home}"
            )
        wanted, init = plan.source(stage), run.record.get("init")
        if (Path(init).name if init else None) != wanted:  # the folder may have been moved
            raise DataError(
                f"{path}: must have started from {wanted or 'random weights'}, started from "
                f"{init or 'random weights'}; `name` another, or remove {home}"
            )
        runs[stage] = run
    return runs


def _changed(run: Run, stage: str, config: Experiment) -> list[tuple[str, object, object]]:
    began, asked = depends_on(stage, run.config), depends_on(stage, config)
    if config.runtime.precision == "auto":  # stands for the precision that the run began with
        asked["runtime"]["precision"] = began["runtime"]["precision"]
    return differences(began, asked)


def check_same_store(runs: dict[str, Run], store: SliceStore) -> None:
    """Check that the store holds what it held when the runs began.

    Raises:
        DataError: it was prepared anew since.
    """
    for run in runs.values():
        if run.record.get("store_version") not in (None, store.version):
            raise DataError(
                f"{run.path}: learnt from what {store.directory} held before it was prepared anew; "
                f"`name` another, or remove {run.path.parent}"
            )


def check_supplies(config: Experiment, store: SliceStore, plan: Plan) -> list[str]:
    """Return what is missing in the store for the steps of a plan, an error each."""
    errors = []
    for role, ids, labelled, partitions in _supplies(config, plan):
        try:
            check_volumes(ids, store, role=role, labelled=labelled, partitions=partitions)
        except DataError as error:
            errors.append(str(error))
    return errors


def _supplies(
    config: Experiment, plan: Plan
) -> Iterator[tuple[str, Sequence[str], bool, int | None]]:
    """Yield what the steps need: role, ids, whether with masks, least number of slices."""
    splits = config.splits
    slices = {
        "pretrain_global": config.slice_partitions,
        "pretrain_joint": config.slice_partitions,
        "pretrain_local": config.pretrain_local.partitions_sampled,
        "pretrain_pretext": 1,
    }
    if needed := [slices[stage] for stage in plan.training if stage in slices]:
        yield "splits.unlabelled", splits.unlabelled, False, max(needed)
    if "finetune" in plan.training:
        settings = config.finetune
        chosen = splits.select(settings.ntr, settings.combination)
        where = f"splits.labelled.{settings.ntr}.{settings.combination}"
        yield f"{where}.train", chosen.train, True, None
        yield f"{where}.validation", chosen.validation, True, None
    if "evaluate" in plan.steps and splits.test:
        yield "splits.test", splits.test, False, None
