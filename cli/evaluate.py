"""`dscl-tf evaluate`: Dice and distances on whole volumes, with a report."""

from pathlib import Path

import click

from dscl_tf.cli.options import (
    config_option,
    json_option,
    progress,
    run_option,
    runs_option,
    set_option,
    splits_option,
    store_option,
)
from dscl_tf.cli.quiet import import_tensorflow


@click.command()
@run_option
@click.option(
    "--split", type=click.Choice(["validation", "test"]), default="test", show_default=True
)
@config_option
@set_option
@store_option
@splits_option
@runs_option
@json_option
def command(
    run: str,
    split: str,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    splits: Path | None,
    runs: Path,
    as_json: bool,
) -> None:
    """Evaluate a fine-tuned run in native geometry.

    By default with the configuration and the store of the run.
    """
    from dscl_tf.cli.finetuned import find_finetuned, run_config
    from dscl_tf.data.store import SliceStore

    chosen = find_finetuned(runs, run, config)
    experiment = run_config(chosen, config, overrides, splits)
    opened = SliceStore.open(store or chosen.record["store"])
    import_tensorflow()
    from dscl_tf.evaluation.evaluate import evaluate
    from dscl_tf.evaluation.tables import text_table

    output, rows, summary = evaluate(chosen, experiment, opened, split, progress)
    if as_json:
        click.echo((output / "metrics.json").read_text().rstrip())
    else:
        click.echo(text_table(rows, summary, chosen.config.data.unit))
        click.echo(f"report: {output / 'report.html'}")
