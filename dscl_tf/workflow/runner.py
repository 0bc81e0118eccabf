"""All steps of an experiment in a row; killed at any moment, the same call goes on."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.data.inspect import inspect_store, text_report
from dscl_tf.data.store import SliceStore, update_store
from dscl_tf.errors import DataError, UsageError
from dscl_tf.files import atomic_write, what_is_at
from dscl_tf.progress import Place, tell
from dscl_tf.runs.run import Run
from dscl_tf.workflow.checks import check_begun, check_same_store, check_supplies
from dscl_tf.workflow.estimate import later_steps
from dscl_tf.workflow.plan import Plan, plan_steps
from dscl_tf.workflow.result import WorkflowResult
from dscl_tf.workflow.state import State

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sources:
    """Where the volumes come from, and how they are prepared.

    Attributes:
        store: the slice store, made or brought up to date.
        folder: of the data set; None for the configuration's own, or the phantom.
        jobs: volumes at a time; None for one.
        skip_bad: leave out volumes that break a rule.
    """

    store: Path
    folder: Path | None = None
    jobs: int | None = None
    skip_bad: bool = False


def run_workflow(
    config: Experiment,
    sources: Sources,
    home: Path,
    *,
    until: str | None = None,
    before_training: Callable[[], None] = lambda: None,
) -> WorkflowResult:
    """Prepare, inspect, pre-train, fine-tune, evaluate, export, and predict what has no mask.

    ::

        config = load_config("mine.yaml")
        sources = Sources(Path("stores/mine"), Path("scans"))
        result = run_workflow(config, sources, Path("runs/mine"))
        result.report, result.masks, result.saved_model

    Args:
        config: the configuration; `plan_steps` says which steps it has.
        sources: where the volumes come from.
        home: the folder of the runs, each named as its stage, and of all results. If it holds what
            an earlier call of the same experiment left, this one goes on from there, bit by bit as
            one that was never interrupted.
        until: the last step; None for all.
        before_training: called once before Keras is needed, after all checks.

    Raises:
        UsageError: the configuration does not fit `until`, or says nowhere where the volumes are.
        DataError: a volume, split, store or run breaks a rule, or `home` holds something else.
        TrainingError: the loss became infinite or NaN, or the representation collapsed.
    """
    plan = plan_steps(config, until)
    folder = sources.folder or config.data.source
    if folder is None and config.data.layout != "phantom":
        raise UsageError(
            "`source`: must name the folder of the data set, or data.source in the configuration, "
            "got none"
        )
    if folder is not None and not folder.is_dir():
        raise DataError(f"{folder}: must be the folder of the data set, got {what_is_at(folder)}")
    if not config.splits.labelled:
        logger.info(f"{config.name}: no labelled volumes, so that it ends with pre-training")
    state = State.open(home, config.name)
    with state.locked():
        begun = check_begun(home, plan, config)
        sequence = _Sequence(config, plan, home, state, begun)
        store = sequence.prepare(sources, folder)
        check_same_store(begun, store)
        if "inspect" in plan.steps:
            sequence.inspect(store)
        if plan.training:
            before_training()
            sequence.train(store)
        return sequence.result()


@dataclass
class _Sequence:
    """The steps of one call."""

    config: Experiment
    plan: Plan
    home: Path
    state: State
    begun: dict[str, Run]
    found: dict[str, Any] = field(default_factory=dict)

    def prepare(self, sources: Sources, folder: Path | None) -> SliceStore:
        self._begin("prepare")
        with self.state.step("prepare") as result:
            changes = update_store(
                self.config, folder, sources.store, jobs=sources.jobs, skip_bad=sources.skip_bad
            )
            store = SliceStore.open(sources.store)
            result.update(store=str(sources.store), volumes=len(store.volumes))
        labelled = sum(entry.labelled for entry in store.volumes.values())
        logger.info(
            f"{sources.store}: {len(store.volumes)} volumes ({labelled} with masks), "
            f"{len(changes.prepared)} of them prepared now"
        )
        return store

    def inspect(self, store: SliceStore) -> None:
        self._begin("inspect")
        errors = check_supplies(self.config, store, self.plan)
        of = f"{store.version} {self.config.splits.model_dump_json()}"
        place = self.home / "inspection.txt"
        done = self.state.finished("inspect", of)
        if done and place.is_file() and not errors:
            logger.info(f"inspect: done already, {done['warnings']} warnings in {place}")
            self.found |= done
            return
        with self.state.step("inspect", of) as result:
            _refuse(errors)
            inspection = inspect_store(store, self.config)
            with atomic_write(place, "w") as file:
                file.write(text_report(inspection) + "\n")
            result.update(warnings=len(inspection.warnings))
        for finding in inspection.warnings:
            logger.warning(f"warning: {finding.message}")
        logger.info(f"{len(inspection.warnings)} warnings; {place} tells of each volume")
        self.found |= result

    def train(self, store: SliceStore) -> None:
        from dscl_tf.workflow.train import train_stage

        for number, stage in enumerate(self.plan.training, start=1):
            later = later_steps(self.config, stage, self.plan.training[number:])
            self._begin(stage, later)
            with self.state.step(stage) as result:
                run = train_stage(
                    stage, self.plan, self.config, store, self.home, self.begun.get(stage)
                )
                result.update(run=str(run.path))
            self.found["run" if stage == "finetune" else "encoder"] = str(run.path)
        if self.plan.training[-1] == "finetune":
            self._finish(run, store)

    def _finish(self, run: Run, store: SliceStore) -> None:
        from dscl_tf.workflow.outcome import Outcome

        outcome = Outcome(run, self.config, store, self.state, self.home)
        for step, make in (
            ("evaluate", outcome.evaluate),
            ("export", outcome.export),
            ("masks", outcome.masks),
        ):
            if step in self.plan.steps:
                self._begin(step)
                self.found |= make()

    def _begin(self, step: str, later: float = 0.0) -> None:
        number, total = self.plan.steps.index(step) + 1, len(self.plan.steps)
        tell(logger, f"== {step}", Place(step, number, total, later))

    def result(self) -> WorkflowResult:
        paths = ("run", "encoder", "report", "saved_model", "masks")
        found: dict[str, Any] = {
            key: Path(value) if key in paths else value for key, value in self.found.items()
        }
        return WorkflowResult(self.home, **found, minutes=self.state.seconds / 60)


def _refuse(errors: Sequence[str]) -> None:
    """Raise the last error, after a line for each of the others."""
    for error in errors[:-1]:
        logger.error(f"error: {error}")
    if errors:
        more = f" ({len(errors)} errors in all, see above)" if len(errors) > 1 else ""
        raise DataError(f"{errors[-1]}{more}")
