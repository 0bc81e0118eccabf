"""The library calls behind `dscl-tf reproduce`: run a table, or say what would be run."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dscl_tf.errors import UsageError
from dscl_tf.reproduce.dry_run import Outline, outline_plan
from dscl_tf.reproduce.execute import execute
from dscl_tf.reproduce.expand import make_plan
from dscl_tf.reproduce.folders import Folders
from dscl_tf.reproduce.matrix import Ntr, load_matrix
from dscl_tf.reproduce.render import text_table, write_results
from dscl_tf.reproduce.results import Entry, as_records, collect
from dscl_tf.reproduce.selection import Selection
from dscl_tf.runs.environment import command_line


@dataclass(frozen=True)
class Reproduction:
    """What the experiments of a table came to.

    Attributes:
        entries: the table: one per method and number of labelled volumes.
        failed: name of a failed run to its message.
        written: the files that hold the table: text, CSV, HTML.

    >>> result = Reproduction((Entry("GD", 1, dice=(0.5, 0.75), planned=3, paper=0.691),), {}, ())
    >>> result.record()["table"][0]["dice_mean"]
    0.625
    """

    entries: tuple[Entry, ...]
    failed: dict[str, str]
    written: tuple[Path, ...]

    def text(self) -> str:
        """Return the table for the terminal."""
        return text_table(self.entries)

    def record(self) -> dict[str, Any]:
        """Return the table and the failed runs as a mapping for programs."""
        return {"table": as_records(self.entries), "failed": self.failed}


def reproduce(
    table: str | Path,
    scale: str = "full",
    *,
    rows: Sequence[str] = (),
    ntr: Sequence[Ntr] = (),
    combinations: Sequence[str] = (),
    seeds: Sequence[int] = (),
    overrides: Sequence[str] = (),
    jobs: int = 1,
    stores: str | Path = "stores",
    output: str | Path = "reproduce",
    run: bool = True,
) -> Reproduction:
    """Run the experiments of a table and write it, beside the paper's numbers.

    Every run is a `dscl-tf` command in a process of its own, and is made once for all cells that
    share it. What is there already is kept: stopped at any point, the same call goes on.

    Args:
        table: a YAML file, or the name of a shipped table (see `shipped_matrices`).
        scale: one of the table's, such as "full" for the paper's sizes or "half" for two cores.
        rows: patterns of the methods to run, such as "GD*"; empty means all.
        ntr: the numbers of labelled volumes, or "all" for the benchmark; empty means the table's.
        combinations: the combinations of labelled volumes; empty means the table's.
        seeds: in place of the table's.
        overrides: assignments "key.path=value" for every run.
        jobs: how many runs go on at a time.
        stores: directory of the slice stores, named as their configurations.
        output: directory for runs, logs and the table.
        run: False runs nothing and writes the table of what is there.

    Returns:
        the table, the failed runs, and the files that were written.

    Raises:
        UsageError: there is no such table or scale, a value selects no cell, `jobs` is below 1, or
            a key or value of a configuration breaks a rule.
        DataError: a store is missing, a run or its evaluation is damaged, or a file cannot be
            written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     result = reproduce("table3", rows=["S = 4"], ntr=[1], output=folder, run=False)
    >>> print(result.text())  # "-" as nothing was run
           1 labelled  cells  paper
    S = 4           -    0/5  0.691
    """
    _check_jobs(jobs)
    name, matrix = load_matrix(table)
    plan = make_plan(matrix, scale, Selection(rows, ntr, combinations, seeds), overrides)
    folders = Folders(Path(stores), Path(output))
    failed = execute(plan, folders, jobs) if run else {}
    entries = collect(plan, folders)
    written = write_results(
        folders.output, f"{name}-{scale}", matrix, entries, failed, command_line()
    )
    return Reproduction(tuple(entries), failed, tuple(written))


def outline(
    table: str | Path,
    scale: str = "full",
    *,
    rows: Sequence[str] = (),
    ntr: Sequence[Ntr] = (),
    combinations: Sequence[str] = (),
    seeds: Sequence[int] = (),
    overrides: Sequence[str] = (),
    jobs: int = 1,
    stores: str | Path = "stores",
    output: str | Path = "reproduce",
) -> Outline:
    """Return the commands that `reproduce` would run with the same arguments, and their time.

    Raises:
        UsageError: as `reproduce`.
        DataError: a run is damaged.

    >>> planned = outline("table3", rows=["S = 4"], ntr=[1], seeds=[1])
    >>> planned.cells, [run.run for run in planned.runs][:2]
    (5, ['acdc-global-50b9d3e5a7', 'acdc-finetune-1546a52563'])
    """
    _check_jobs(jobs)
    _, matrix = load_matrix(table)
    plan = make_plan(matrix, scale, Selection(rows, ntr, combinations, seeds), overrides)
    return outline_plan(plan, Folders(Path(stores), Path(output)), jobs)


def _check_jobs(jobs: int) -> None:
    if jobs < 1:
        raise UsageError(f"`jobs`: must be at least 1, got {jobs}")
