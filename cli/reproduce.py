"""`dscl-tf reproduce`: an experiment matrix, beside the paper's numbers."""

import json
import logging
import signal
import sys
from pathlib import Path
from typing import Literal

import click

from .options import json_option, path_option, set_option

logger = logging.getLogger(__name__)


@click.command()
@click.argument("table")
@click.option(
    "--scale",
    default="full",
    show_default=True,
    help="One of the table's: full, half for two cores, ...",
)
@click.option("--only", multiple=True, metavar="PATTERN", help="Rows, such as 'GD*'.")
@click.option("--ntr", multiple=True, help="Numbers of labelled volumes, or all.")
@click.option("--combination", multiple=True, help="Combinations of labelled volumes.")
@click.option("--seed", type=int, multiple=True, help="Seeds in place of the table's.")
@click.option(
    "--jobs", type=click.IntRange(1), default=1, show_default=True, help="Runs at a time."
)
@click.option("--dry-run", is_flag=True, help="Print the plan and its estimated time.")
@click.option("--report", is_flag=True, help="Run nothing; write the table of what is there.")
@set_option
@path_option("--stores", "Directory of slice stores, named as their configurations.", "stores")
@path_option("--output", "Directory for runs, logs and the table.", "reproduce")
@json_option
def command(
    table: str,
    scale: str,
    only: tuple[str, ...],
    ntr: tuple[str, ...],
    combination: tuple[str, ...],
    seed: tuple[int, ...],
    jobs: int,
    dry_run: bool,
    report: bool,
    overrides: tuple[str, ...],
    stores: Path,
    output: Path,
    as_json: bool,
) -> None:
    """Run the experiments of a table of the paper.

    TABLE is a YAML file or a shipped one: table2 to table8 of the paper's supplement, or methods,
    the comparison of methods. It ends with mean and deviation of Dice beside the paper's numbers.
    Runs that cells share are made once. Stopped at any point, the same command goes on. A failing
    run does not stop the others.
    """
    from dscl_tf.reproduce.execute import execute
    from dscl_tf.reproduce.matrix import load_matrix
    from dscl_tf.reproduce.outline import outline
    from dscl_tf.reproduce.plan import Selection, make_plan
    from dscl_tf.reproduce.render import text_table, write_results
    from dscl_tf.reproduce.results import as_records, collect
    from dscl_tf.runs.environment import command_line

    if dry_run and report:
        raise click.UsageError("--dry-run and --report: must not be given together")
    name, matrix = load_matrix(table)
    selection = Selection(only, tuple(_ntr(value) for value in ntr), combination, seed)
    plan = make_plan(matrix, scale, selection, overrides)
    known = matrix.seconds_per_step.get(scale, {})
    if dry_run:
        lines, summary = outline(plan, stores, output, known, jobs)
        click.echo(json.dumps(summary) if as_json else "\n".join(lines))
        return
    failed: dict[str, str] = {}
    if not report:
        stop_on_terminate()
        failed = execute(plan, stores, output, known, jobs)
    entries = collect(matrix, scale, plan, output / "runs")
    written = write_results(output, f"{name}-{scale}", matrix, entries, failed, command_line())
    logger.info(f"written: {', '.join(str(path) for path in written)}")
    if as_json:
        click.echo(json.dumps({"table": as_records(entries), "failed": failed}))
    else:
        click.echo(text_table(entries))
    if failed:
        raise click.ClickException(f"{len(failed)} runs failed: {', '.join(failed)}")


def stop_on_terminate() -> None:
    """Leave by an exception when terminated, so that no run is left behind without its parent."""

    def leave(*_: object) -> None:
        sys.exit(143)

    signal.signal(signal.SIGTERM, leave)


def _ntr(value: str) -> int | Literal["all"]:
    if value != "all" and not value.isdecimal():
        raise click.UsageError(f"--ntr: must be a number or all, got {value}")
    return "all" if value == "all" else int(value)
