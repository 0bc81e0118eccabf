"""Pre-train once, then fine-tune and evaluate each fold; the same call goes on after any end."""

import logging
from collections.abc import Callable
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.config.files import replace
from dscl_tf.data.store import SliceStore, check_volumes
from dscl_tf.errors import UsageError
from dscl_tf.evaluation.scores import read_scores
from dscl_tf.files import write_json
from dscl_tf.progress import Place, tell
from dscl_tf.text import named
from dscl_tf.workflow.checks import check_begun, check_same_store
from dscl_tf.workflow.folds.draw import Fold, draw_folds
from dscl_tf.workflow.folds.result import FoldResult, FoldsResult
from dscl_tf.workflow.plan import Plan, plan_steps
from dscl_tf.workflow.runner import Sources, run_workflow
from dscl_tf.workflow.state import State

logger = logging.getLogger(__name__)

NAME = "folds.json"


def run_folds(
    config: Experiment,
    sources: Sources,
    home: Path,
    count: int,
    *,
    before_training: Callable[[], None] = lambda: None,
) -> FoldsResult:
    """Measure how Dice depends on which volumes are labelled.

    `draw_folds` chooses the volumes. All folds start from one pre-training, that of `run_workflow`
    in the same folder, and from the same seed, so that they differ by their volumes alone. The
    result is also in folds.json.

    ::

        sources = Sources(Path("stores/mine"), Path("scans"))
        result = run_folds(load_config("mine.yaml"), sources, Path("runs/mine"), count=5)
        print(result.table())

    Args:
        config: the configuration.
        sources: where the volumes come from.
        home: the folder of the pre-training, and in folds/1, folds/2, ... of the folds.
        count: number of folds, at least 2.
        before_training: called once before Keras is needed, after all checks.

    Raises:
        UsageError: the configuration does not fine-tune, or there are too few labelled volumes.
        DataError: a volume, split, store or run breaks a rule, or `home` holds something else.
        TrainingError: the loss became infinite or NaN, or the representation collapsed.
    """
    plan = plan_steps(config)
    if "finetune" not in plan.training:
        raise UsageError(
            f"`folds`: needs finetune in stages and labelled volumes, {config.name} trains "
            f"{', '.join(plan.training)}"
        )
    if count < 2:
        raise UsageError(f"`folds`: must be at least 2, got {count}")
    folds: list[Fold] = []

    def draw() -> None:
        folds.extend(_draw(config, SliceStore.open(sources.store), count))
        before_training()

    before = plan.source("finetune")
    run_workflow(config, sources, home, until=before or "inspect", before_training=draw)
    if before is None:  # nothing was trained yet
        draw()
    store, done = SliceStore.open(sources.store), []
    for fold in folds:
        later = (count - fold.number) * config.finetune.steps
        tell(logger, f"== fold {fold.number}", Place("fold", fold.number, count, float(later)))
        logger.info(f"fold {fold.number}: training volumes {named(fold.train)}")
        done.append(_run_fold(fold, plan, config, store, home))
    names = tuple(config.data.classes.values())
    result = FoldsResult(home, tuple(done), names, bool(_test(config, store)), config.runtime.seed)
    write_json(home / NAME, result.to_dict())
    return result


def _draw(config: Experiment, store: SliceStore, count: int) -> list[Fold]:
    chosen = config.splits.select(config.finetune.ntr, config.finetune.combination)
    # As the evaluation would say it after the training.
    if config.splits.test:
        check_volumes(config.splits.test, store, role="splits.test", labelled=False)
    where = f"splits.labelled.{config.finetune.ntr}.{config.finetune.combination}"
    check_volumes(chosen.validation, store, role=f"{where}.validation", labelled=True)
    labelled = [id for id, entry in store.volumes.items() if entry.labelled]
    test = _test(config, store)
    if not test:
        logger.info("no test volume has a mask: each fold is evaluated on what it leaves out")
    return draw_folds(labelled, chosen, test, count=count, seed=config.runtime.seed)


def _test(config: Experiment, store: SliceStore) -> tuple[str, ...]:
    return tuple(id for id in config.splits.test if store.volumes[id].labelled)


def _run_fold(
    fold: Fold, plan: Plan, config: Experiment, store: SliceStore, shared: Path
) -> FoldResult:
    from dscl_tf.workflow.outcome import Outcome
    from dscl_tf.workflow.train import train_stage

    home = shared / "folds" / str(fold.number)
    choice = {"train": list(fold.train), "validation": list(fold.validation)}
    labelled = {config.finetune.ntr: {config.finetune.combination: choice}}
    mine = replace(config, {"splits.labelled": labelled})
    state = State.open(home, config.name)
    with state.locked():
        begun = check_begun(home, plan, mine)
        check_same_store(begun, store)
        with state.step("finetune") as result:
            run = train_stage(
                "finetune", plan, mine, store, home, begun.get("finetune"), sources=shared
            )
            result.update(run=str(run.path))
        evaluated = mine.splits.model_copy(update={"test": fold.evaluated})
        outcome = Outcome(run, mine.model_copy(update={"splits": evaluated}), store, state, home)
        report = Path(outcome.evaluate()["report"])
    return FoldResult(fold, run.path, report, read_scores(report.parent).dice)
