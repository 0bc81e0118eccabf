"""From a matrix to runs: which commands, in which order, shared by which cells."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError
from dscl_tf.reproduce.matrix import Matrix, Ntr, Row
from dscl_tf.runs.precision import fastest_precision

# The sections that a stage's result depends on, beside data, unlabelled volumes, model, runtime.
SECTIONS = {
    "pretrain_global": ("pretrain_global",),
    "pretrain_local": ("pretrain_local",),
    "pretrain_joint": ("pretrain_joint", "pretrain_global", "pretrain_local"),
    "pretrain_pretext": ("pretrain_pretext",),
    "pretrain_augmentation": ("pretrain_augmentation",),
    "finetune": ("finetune",),
}


# Keys that the cells of a table set, and the arguments that select them.
VARIED = {
    "runtime.seed": "seeds",
    "finetune.ntr": "ntr",
    "finetune.combination": "combinations",
}


@dataclass(frozen=True)
class PlannedRun:
    """One run of a stage, shared by all cells that need it.

    Attributes:
        name: experiment, stage and a hash of all that its result depends on.
        stage: such as "pretrain_global".
        base: the configuration's name.
        overrides: assignments "key=value" on top of it.
        init: name of the run it starts from, or None.
        generators: names of the runs whose generators augment it.
        config: the resolved configuration.
    """

    name: str
    stage: str
    base: str
    overrides: tuple[str, ...]
    init: str | None
    generators: tuple[str, ...]
    config: Experiment = field(repr=False, compare=False)

    @property
    def steps(self) -> int:
        """Training steps."""
        return getattr(self.config, self.stage).steps

    @property
    def sources(self) -> tuple[str, ...]:
        """The runs that must be there before."""
        return (*((self.init,) if self.init else ()), *self.generators)

    @property
    def command(self) -> list[str]:
        """The words of `dscl-tf` for its stage."""
        stage = self.stage.removeprefix("pretrain_")
        return [stage] if stage == "finetune" else ["pretrain", stage]

    def arguments(self) -> list[str]:
        """Return the arguments of `dscl-tf` that make the run, without store and runs."""
        command = [*self.command, "--config", self.base, "--name", self.name]
        for override in self.overrides:
            command += ["--set", override]
        if self.stage in ("pretrain_local", "finetune"):
            command += ["--init", self.init or "none"]
        for generator in self.generators:
            command += ["--generators", generator]
        return command

    def arguments_to_resume(self, config: Path) -> list[str]:
        """Return those that continue it by its own `config`.

        That may differ from the plan's in what the run does not depend on, such as later stages.
        """
        return [*self.command, "--config", str(config), "--name", self.name, "--resume"]


@dataclass(frozen=True)
class Cell:
    """One number of the table: a method, labelled volumes, a seed; `runs` ends in fine-tuning."""

    row: str
    ntr: Ntr
    combination: str
    seed: int
    runs: tuple[str, ...]

    @property
    def label(self) -> str:
        """Its name in messages."""
        return f"{self.row}, {self.ntr} labelled, {self.combination}, seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """Runs by name, in an order in which each comes after the one it starts from, and cells."""

    runs: dict[str, PlannedRun]
    cells: list[Cell]


@dataclass(frozen=True)
class Selection:
    """Which part of a matrix to run; an empty tuple means all.

    `rows` are patterns such as "GD*". Every value must select a cell.
    """

    rows: tuple[str, ...] = ()
    ntr: tuple[Ntr, ...] = ()
    combinations: tuple[str, ...] = ()
    seeds: tuple[int, ...] = ()


def make_plan(
    matrix: Matrix, scale: str, selection: Selection, overrides: Sequence[str] = ()
) -> Plan:
    """Lay out the runs and cells of a matrix.

    Args:
        matrix: the experiments.
        scale: a key of `matrix.scales`.
        selection: the part of it to run.
        overrides: assignments for every run, applied last.

    Raises:
        UsageError: no such scale, a value selects no cell, an override of what the table varies,
            two cells that are the same experiment, or a key or value of a configuration that breaks
            a rule.
    """
    for override in overrides:
        if argument := VARIED.get(override.partition("=")[0]):
            raise UsageError(
                f"`overrides`: must leave alone what `{argument}` selects, got {override}"
            )
    if scale not in matrix.scales:
        known = ", ".join(matrix.scales)
        raise UsageError(f"`scale`: must be one of {known}, got {scale}")
    plan = Plan({}, [])
    rows = {
        name: (row, matrix.scales[scale][row.data])
        for name, row in matrix.rows.items()
        if row.data in matrix.scales[scale] and (row.scales is None or scale in row.scales)
    }
    for seed in dict.fromkeys(selection.seeds or matrix.seeds):
        for name, (row, config) in rows.items():
            if not _matches(name, selection.rows):
                continue
            chain = _pretraining(plan, row, config, seed, overrides)
            for ntr in row.ntr or matrix.ntr:
                if selection.ntr and ntr not in selection.ntr:
                    continue
                for combination in _combinations(matrix, row, config, ntr, selection, overrides):
                    labelled = {"ntr": ntr, "combination": combination}
                    generators = _generators(plan, row, config, labelled, seed, overrides)
                    run = _finetuning(
                        plan, row, config, chain, generators, labelled, seed, overrides
                    )
                    runs = (*chain, *generators, run)
                    plan.cells.append(Cell(name, ntr, combination, seed, runs))
    _check_selected(plan.cells, selection, scale, list(rows))
    _check_distinct(plan.cells)
    needed = {run for cell in plan.cells for run in cell.runs}
    return Plan({name: run for name, run in plan.runs.items() if name in needed}, plan.cells)


def _check_selected(
    cells: Sequence[Cell], selection: Selection, scale: str, rows: Sequence[str]
) -> None:
    """Check that there are cells, and that every value of the selection has part in them."""
    idle = [
        *(
            f"`rows` {pattern}"
            for pattern in selection.rows
            if not any(fnmatchcase(cell.row, pattern) for cell in cells)
        ),
        *(f"`ntr` {ntr}" for ntr in selection.ntr if ntr not in {cell.ntr for cell in cells}),
        *(
            f"`combinations` {name}"
            for name in selection.combinations
            if name not in {cell.combination for cell in cells}
        ),
    ]
    if idle or not cells:
        raise UsageError(
            "`rows`, `ntr`, `combinations`: every value must select a cell of scale "
            f"{scale}, whose rows are {'; '.join(rows)}; got none by {' '.join(idle) or 'all'}"
        )


def _check_distinct(cells: Sequence[Cell]) -> None:
    former: dict[str, Cell] = {}
    for cell in cells:
        if other := former.get(cell.runs[-1]):
            raise UsageError(
                f"the cells ({other.label}) and ({cell.label}) must differ, got one experiment"
            )
        former[cell.runs[-1]] = cell


def _matches(name: str, patterns: Sequence[str]) -> bool:
    return not patterns or any(fnmatchcase(name, pattern) for pattern in patterns)


def _combinations(
    matrix: Matrix,
    row: Row,
    config: str,
    ntr: Ntr,
    selection: Selection,
    overrides: Sequence[str],
) -> list[str]:
    labelled = load_config(config, [*_assignments("", row.set), *overrides]).splits.labelled
    if ntr not in labelled:
        known = ", ".join(str(key) for key in labelled)
        raise UsageError(f"{config}: splits.labelled has no entry {ntr}, only {known}")
    wanted = selection.combinations or matrix.combinations
    return [name for name in labelled[ntr] if wanted is None or name in wanted]


def _pretraining(
    plan: Plan, row: Row, config: str, seed: int, overrides: Sequence[str]
) -> tuple[str, ...]:
    chain: tuple[str, ...] = ()
    assigned = [f"runtime.seed={seed}", *_assignments("", row.set)]
    for step in row.pretrain:
        assigned += _assignments(f"{step.stage}.", step.set)
        init = chain[-1] if chain and step.stage == "pretrain_local" else None
        chain += (_add(plan, step.stage, config, (*assigned, *overrides), init),)
    return chain


def _generators(
    plan: Plan,
    row: Row,
    config: str,
    labelled: dict[str, Any],
    seed: int,
    overrides: Sequence[str],
) -> tuple[str, ...]:
    """Add the runs that train the generators of a cell; `labelled` names its volumes."""
    assigned = [f"runtime.seed={seed}", *_assignments("", row.set)]
    assigned += _assignments("finetune.", labelled)
    return tuple(
        _add(
            plan,
            "pretrain_augmentation",
            config,
            (*assigned, *_assignments("pretrain_augmentation.", settings), *overrides),
        )
        for settings in row.generators
    )


def _finetuning(
    plan: Plan,
    row: Row,
    config: str,
    chain: tuple[str, ...],
    generators: tuple[str, ...],
    labelled: dict[str, Any],
    seed: int,
    overrides: Sequence[str],
) -> str:
    """Add the fine-tuning run of a cell.

    The settings of pre-training stay with it, so that the network is handed over as it was built.
    """
    assigned = [f"runtime.seed={seed}", *_assignments("", row.set)]
    for step in row.pretrain:
        assigned += _assignments(f"{step.stage}.", step.set)
    assigned += _assignments("finetune.", {**row.finetune, **labelled})
    init = chain[-1] if chain else None
    return _add(plan, "finetune", config, (*assigned, *overrides), init, generators)


def _add(
    plan: Plan,
    stage: str,
    base: str,
    overrides: tuple[str, ...],
    init: str | None = None,
    generators: tuple[str, ...] = (),
) -> str:
    config = load_config(base, overrides)
    if config.runtime.precision == "auto":
        # Settled here: the run's name and command then say what it computes in.
        overrides += (f"runtime.precision={fastest_precision()[0]}",)
        config = load_config(base, overrides)
    digest = _digest(stage, config, (init, *generators))
    name = f"{config.name}-{stage.removeprefix('pretrain_')}-{digest}"
    plan.runs.setdefault(name, PlannedRun(name, stage, base, overrides, init, generators, config))
    return name


def _digest(stage: str, config: Experiment, sources: tuple[str | None, ...]) -> str:
    tree = config.model_dump(mode="json")
    depends: dict[str, Any] = {
        key: tree[key] for key in ("compat", "data", "model", "runtime", *SECTIONS[stage])
    }
    if stage in ("finetune", "pretrain_augmentation"):
        chosen = config.splits.select(config.finetune.ntr, config.finetune.combination)
        loss = {key: tree["finetune"][key] for key in ("loss", "dice_epsilon")}
        depends |= {"labelled": chosen.model_dump(mode="json"), "loss": loss}
    depends |= {"unlabelled": tree["splits"]["unlabelled"], "test": tree["splits"]["test"]}
    text = json.dumps([stage, sources, depends], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _assignments(prefix: str, values: dict[str, Any]) -> list[str]:
    return [f"{prefix}{key}={json.dumps(value)}" for key, value in values.items()]
