"""`dscl-tf export`: a SavedModel for TensorFlow Serving."""

import json
import logging
from pathlib import Path

import click

from .options import experiment_option, json_option, run_option, runs_option
from .quiet import import_tensorflow

logger = logging.getLogger(__name__)


@click.command()
@run_option
@experiment_option
@runs_option
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Directory NAME; the model is written to NAME/1/ and served as NAME.",
)
@click.option(
    "--version",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="A new number in NAME; a server that watches NAME goes over to the highest.",
)
@json_option
def command(
    run: str, config: str | None, runs: Path, output: Path, version: int, as_json: bool
) -> None:
    """Export a SavedModel for TensorFlow Serving."""
    from .finetuned import find_finetuned

    chosen = find_finetuned(runs, run, config)
    import_tensorflow()
    from dscl_tf.export.run import export_run

    saved = export_run(chosen, output, version)
    logger.info("serve it as the README shows")
    click.echo(json.dumps({"saved_model": str(saved)}) if as_json else str(saved))
