"""`dscl-tf reproduce`: an experiment matrix, beside the paper's numbers."""

import json
import logging
from pathlib import Path
from typing import Literal

import click

from dscl_tf.text import counted

from .options import json_option, path_option, set_option

logger = logging.getLogger(__name__)

Ntr = int | Literal["all"]


def parse_ntr(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[Ntr, ...]:
    """Return the values of --ntr as numbers, or "all"."""
    for value in values:
        if value != "all" and not value.isdecimal():
            raise click.UsageError(f"--ntr: must be a number or all, got {value}")
    return tuple("all" if value == "all" else int(value) for value in values)


@click.command()
@click.argument("table")
@click.option(
    "--scale",
    default="full",
    show_default=True,
    help="One of the table's: full, half for two cores, ...",
)
@click.option("--only", "rows", multiple=True, metavar="PATTERN", help="Rows, such as 'GD*'.")
@click.option(
    "--ntr", multiple=True, callback=parse_ntr, help="Numbers of labelled volumes, or all."
)
@click.option(
    "--combination", "combinations", multiple=True, help="Combinations of labelled volumes."
)
@click.option("--seed", "seeds", type=int, multiple=True, help="Seeds in place of the table's.")
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
    rows: tuple[str, ...],
    ntr: tuple[Ntr, ...],
    combinations: tuple[str, ...],
    seeds: tuple[int, ...],
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
    from dscl_tf.reproduce import outline, reproduce

    if dry_run and report:
        raise click.UsageError("--dry-run and --report: must not be given together")
    if dry_run:
        planned = outline(
            table,
            scale,
            rows=rows,
            ntr=ntr,
            combinations=combinations,
            seeds=seeds,
            overrides=overrides,
            jobs=jobs,
            stores=stores,
            output=output,
        )
        click.echo(json.dumps(planned.record()) if as_json else planned.text())
        return
    result = reproduce(
        table,
        scale,
        rows=rows,
        ntr=ntr,
        combinations=combinations,
        seeds=seeds,
        overrides=overrides,
        jobs=jobs,
        stores=stores,
        output=output,
        run=not report,
    )
    logger.info(f"written: {', '.join(str(path) for path in result.written)}")
    click.echo(json.dumps(result.record()) if as_json else result.text())
    if result.failed:
        raise click.ClickException(
            f"{counted(len(result.failed), 'run')} failed: {', '.join(result.failed)}"
        )
