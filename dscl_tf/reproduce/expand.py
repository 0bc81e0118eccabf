"""A matrix expanded into runs and cells: which commands, in which order, shared by which cells."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dscl_tf.config import Experiment
from dscl_tf.config.files import load_config
from dscl_tf.errors import UsageError
from dscl_tf.reproduce.matrix import Matrix, Ntr, Row
from dscl_tf.reproduce.plan import FINAL_STAGE, GENERATOR_STAGE, Cell, Plan, PlannedRun
from dscl_tf.reproduce.run_names import run_name
from dscl_tf.reproduce.selection import Selection, check_distinct
from dscl_tf.runs.precision import fastest_precision
from dscl_tf.stages.registry import STAGES

# Keys that the cells of a table set, and the arguments that select them.
VARIED = {
    "runtime.seed": "seeds",
    "finetune.ntr": "ntr",
    "finetune.combination": "combinations",
}


def make_plan(
    matrix: Matrix,
    scale: str,
    selection: Selection,
    overrides: Sequence[str] = (),
) -> Plan:
    """Expand a matrix into its runs and cells.

    Args:
        matrix: the experiments.
        scale: a key of `matrix.scales`.
        selection: the part of it to run.
        overrides: assignments for every run, applied last.

    Raises:
        UsageError: no such scale, a value selects no cell, an override of what the table varies,
            two cells that are the same experiment, or a key or value of a configuration that breaks
            a rule.

    >>> from dscl_tf.reproduce.matrix import load_matrix
    >>> plan = make_plan(load_matrix("table3")[1], "half", Selection(ntr=[1]))
    >>> len(plan.runs), len(plan.cells)
    (18, 15)
    """
    for override in overrides:
        if argument := VARIED.get(override.partition("=")[0]):
            raise UsageError(
                f"`overrides`: must leave alone what `{argument}` selects, got {override}"
            )
    rows = matrix.rows_of(scale)
    runs: dict[str, PlannedRun] = {}
    cells: list[Cell] = []
    for seed in dict.fromkeys(selection.seeds or matrix.seeds):
        for name, row in rows.items():
            if selection.has_row(name):
                base = matrix.scales[scale][row.data]
                method = _Method(name, row, base, seed, tuple(overrides), runs)
                cells += method.cells(matrix, selection)
    selection.check_used(cells, scale, rows)
    check_distinct(cells)
    needed = {run for cell in cells for run in cell.runs}  # not those of a row without any cell
    return Plan(
        matrix, scale, {name: run for name, run in runs.items() if name in needed}, tuple(cells)
    )


@dataclass(frozen=True)
class _Method:
    """One row of a matrix with one seed; the runs it needs are added to `runs`."""

    name: str
    row: Row
    base: str
    seed: int
    overrides: tuple[str, ...]
    runs: dict[str, PlannedRun]

    def cells(self, matrix: Matrix, selection: Selection) -> Iterator[Cell]:
        """Yield the cells: every number of labelled volumes with each of its combinations."""
        chain = self._pretrain()
        wanted = selection.combinations or matrix.combinations
        for ntr in filter(selection.has_ntr, self.row.ntr or matrix.ntr):
            for combination in self._combinations(ntr):
                if wanted is None or combination in wanted:
                    labelled = {"ntr": ntr, "combination": combination}
                    generators = self._train_generators(labelled)
                    run = self._finetune(labelled, chain, generators)
                    runs = (*chain, *generators, run)
                    yield Cell(self.name, ntr, combination, self.seed, runs)

    def _combinations(self, ntr: Ntr) -> list[str]:
        """Return the combinations of `ntr` labelled volumes that the splits name."""
        splits = self._config(_assignments("", self.row.set)).splits
        if ntr not in splits.labelled:
            known = ", ".join(str(key) for key in splits.labelled)
            raise UsageError(f"{self.base}: splits.labelled has no entry {ntr}, only {known}")
        return list(splits.labelled[ntr])

    def _pretrain(self) -> tuple[str, ...]:
        """Add the runs of pre-training, each from the one before where its stage takes weights."""
        chain: tuple[str, ...] = ()
        assigned: tuple[str, ...] = ()
        for step in self.row.pretrain:
            assigned += _assignments(f"{step.stage}.", step.set)
            init = chain[-1] if chain and STAGES[step.stage].sources else None
            chain += (self._add(step.stage, assigned, init),)
        return chain

    def _train_generators(self, labelled: dict[str, Any]) -> tuple[str, ...]:
        """Add the runs that train the generators of a cell; `labelled` selects its volumes."""
        assigned = _assignments("finetune.", labelled)
        return tuple(
            self._add(GENERATOR_STAGE, (*assigned, *_assignments(f"{GENERATOR_STAGE}.", settings)))
            for settings in self.row.generators
        )

    def _finetune(
        self, labelled: dict[str, Any], chain: tuple[str, ...], generators: tuple[str, ...]
    ) -> str:
        """Add the fine-tuning run of a cell.

        The settings of pre-training stay with it, so that the weights meet the network that they
        were trained in.
        """
        assigned = tuple(
            assignment
            for step in self.row.pretrain
            for assignment in _assignments(f"{step.stage}.", step.set)
        )
        assigned += _assignments("finetune.", {**self.row.finetune, **labelled})
        return self._add(FINAL_STAGE, assigned, chain[-1] if chain else None, generators)

    def _add(
        self,
        stage: str,
        assigned: tuple[str, ...],
        init: str | None = None,
        generators: tuple[str, ...] = (),
    ) -> str:
        """Add a run unless there is one of the same result; return its name."""
        for_all = (f"runtime.seed={self.seed}", *_assignments("", self.row.set))
        overrides = (*for_all, *assigned, *self.overrides)
        config = self._config((*for_all, *assigned))
        if config.runtime.precision == "auto":
            # Settled here, so that the run's name and command say what it computes in.
            overrides += (f"runtime.precision={fastest_precision()[0]}",)
            config = load_config(self.base, overrides)
        name = run_name(stage, config, init, generators)
        run = PlannedRun(name, stage, self.base, overrides, init, generators, config)
        self.runs.setdefault(name, run)
        return name

    def _config(self, assigned: tuple[str, ...]) -> Experiment:
        """Return the configuration with what the row assigns and then the overrides."""
        keys, given = (
            [assignment.partition("=")[0] for assignment in assignments]
            for assignments in (assigned, self.overrides)
        )
        origins = {key: f"row {self.name}" for key in keys if key not in given}
        return load_config(self.base, (*assigned, *self.overrides), origins=origins)


def _assignments(prefix: str, values: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{prefix}{key}={json.dumps(value)}" for key, value in values.items())
