"""`dscl-tf compare`: whether one group of fine-tuned runs is better than another."""

import json
from pathlib import Path

import click

from .options import json_option, printing_options, runs_option
from .several import SeveralValues


@click.command(cls=SeveralValues)
@click.option(
    "--baseline",
    multiple=True,
    required=True,
    metavar="RUN [RUN ...]",
    help="Names or paths of fine-tuned runs, or latest.",
)
@click.option(
    "--candidate",
    multiple=True,
    required=True,
    metavar="RUN [RUN ...]",
    help="As many others, which differ from those by what is to be compared.",
)
@click.option(
    "--split",
    type=click.Choice(["validation", "test"]),
    default="test",
    show_default=True,
    help="Which evaluation of the runs is read.",
)
@runs_option
@printing_options
@json_option
def command(
    baseline: tuple[str, ...],
    candidate: tuple[str, ...],
    split: str,
    runs: Path,
    as_json: bool,
) -> None:
    """Say whether some fine-tuned runs are better than others.

    Prints candidate minus baseline of Dice and HD95, per class and of the mean, with a bootstrap
    interval over pairs of runs and over volumes. Reads what `dscl-tf evaluate` wrote; runs with
    the same labelled training volumes (or else the same combination) and seed make a pair.

    For example: dscl-tf compare --baseline plain-c1 plain-c2 --candidate wide-c1 wide-c2.
    """
    from dscl_tf.evaluation.comparison import compare_runs
    from dscl_tf.runs.find import find_finished

    groups = {"baseline": baseline, "candidate": candidate}
    before, after = (
        [find_finished(runs, choice, ["finetune"], argument=argument) for choice in choices]
        for argument, choices in groups.items()
    )
    comparison = compare_runs(before, after, split)
    if as_json:
        click.echo(json.dumps(comparison.to_dict(), indent=2))
    else:
        click.echo(comparison.table())
