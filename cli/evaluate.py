"""`dscl-tf evaluate`: Dice and distances on whole volumes, with a report."""

import json
from pathlib import Path
from typing import Any

import click

from .options import (
    averaging_options,
    experiment_option,
    json_option,
    path_option,
    printing_options,
    runs_option,
    set_option,
    splits_option,
)
from .quiet import import_tensorflow


@click.command()
@averaging_options
@click.option(
    "--split", type=click.Choice(["validation", "test"]), default="test", show_default=True
)
@experiment_option
@set_option
@path_option("--store", "Slice store.  [default: the run's]")
@splits_option
@runs_option
@path_option(
    "--output",
    "New directory for the results; required with several runs.  "
    "[default: evaluation-SPLIT in the run's, followed by the flips and rotations, and by "
    "-no-components]",
)
@printing_options
@json_option
def command(
    choices: tuple[str, ...],
    flips: tuple[Any, ...],
    rotations: tuple[float, ...],
    uncertainty: bool,
    components: bool,
    split: str,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    splits: Path | None,
    runs: Path,
    output: Path | None,
    as_json: bool,
) -> None:
    """Evaluate a fine-tuned run in native geometry.

    With the configuration of the run; --splits, or --set of splits, finetune.ntr and
    finetune.combination, name other volumes. Several runs are evaluated as one ensemble, with the
    configuration and the store of the first.
    """
    from dscl_tf.data.store.slice_store import SliceStore
    from dscl_tf.evaluation.views import Views

    from .finetuned import find_finetuned, run_config

    views = Views(flips, rotations)
    chosen = [find_finetuned(runs, choice, config) for choice in choices]
    experiment = run_config(chosen[0], overrides, splits)
    opened = SliceStore.open(store or chosen[0].entry("store"))
    import_tensorflow()
    from dscl_tf.evaluation.cleaning import components_line
    from dscl_tf.evaluation.split import evaluate
    from dscl_tf.evaluation.uncertainty import uncertainty_line

    evaluation = evaluate(
        chosen,
        experiment,
        opened,
        split,
        views=views,
        uncertainty=uncertainty,
        components=components,
        output=output,
    )
    if as_json:
        speed = evaluation.speed.to_dict() if evaluation.speed else None
        click.echo(json.dumps({**evaluation.to_dict(), "speed": speed}, indent=2))
        return
    click.echo(evaluation.table())
    if uncertainty:
        click.echo(uncertainty_line(evaluation.summary["uncertainty"]))
    if removed := evaluation.summary.get("components"):
        click.echo(components_line(removed, chosen[0].config.data.classes))
    click.echo(f"report: {evaluation.report}")
