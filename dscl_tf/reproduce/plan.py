"""What a plan consists of: runs, and the cells of the table that share them."""

from dataclasses import dataclass, field
from pathlib import Path

from dscl_tf.config import Experiment
from dscl_tf.reproduce.matrix import Matrix, Ntr
from dscl_tf.stages.registry import STAGES, Stage

FINAL_STAGE = "finetune"  # every cell ends in a run of it, whose test Dice is the cell's number
GENERATOR_STAGE = "pretrain_augmentation"  # trains a generator that augments the final stage


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
    def declared(self) -> Stage:
        """Its stage, as the registry declares it."""
        return STAGES[self.stage]

    @property
    def steps(self) -> int:
        """Training steps."""
        return self.declared.settings(self.config).steps

    @property
    def sources(self) -> tuple[str, ...]:
        """The runs that must be finished before."""
        return (*((self.init,) if self.init else ()), *self.generators)

    def arguments(self) -> list[str]:
        """Return the arguments of `dscl-tf` that make the run, without store and runs."""
        arguments = [*self.declared.command, "--config", self.base, "--name", self.name]
        for override in self.overrides:
            arguments += ["--set", override]
        if self.declared.sources:
            arguments += ["--init", self.init or "none"]
        for generator in self.generators:
            arguments += ["--generators", generator]
        return arguments

    def arguments_to_resume(self, config: Path) -> list[str]:
        """Return the arguments that continue the run by its own `config`.

        That may differ from the plan's in what the run does not depend on, such as later stages.
        """
        return [*self.declared.command, "--config", str(config), "--name", self.name, "--resume"]


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
        """Its name in messages.

        >>> Cell("GD", 1, "c1", seed=2, runs=("acdc-finetune-0123456789",)).label
        'GD, 1 labelled, c1, seed 2'
        """
        return f"{self.row}, {self.ntr} labelled, {self.combination}, seed {self.seed}"


@dataclass(frozen=True)
class Plan:
    """The runs and cells of a matrix at one of its scales.

    Attributes:
        matrix: what is planned.
        scale: one of its scales.
        runs: by name, each after those that it starts from.
        cells: in the order in which they are planned.
    """

    matrix: Matrix = field(repr=False)
    scale: str
    runs: dict[str, PlannedRun]
    cells: tuple[Cell, ...]

    @property
    def known_paces(self) -> dict[str, float]:
        """Seconds per step by stage, as the matrix states them for this scale."""
        return self.matrix.seconds_per_step.get(self.scale, {})

    def last_run(self, cell: Cell) -> PlannedRun:
        """Return the fine-tuning run whose score is the number of a cell."""
        return self.runs[cell.runs[-1]]
