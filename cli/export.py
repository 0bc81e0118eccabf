"""`dscl-tf export`: a network for TensorFlow Serving, OpenVINO or LiteRT."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

import click

from .options import experiment_option, json_option, run_option, runs_option
from .quiet import import_tensorflow

if TYPE_CHECKING:
    from dscl_tf.export.formats import Format

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
@click.option(
    "--format",
    type=click.Choice(["saved_model", "openvino", "litert"]),
    default="saved_model",
    show_default=True,
    help="A SavedModel for TensorFlow Serving, or model.xml and model.bin for OpenVINO, or "
    "model.tflite for LiteRT (TensorFlow Lite).",
)
@json_option
def command(
    run: str,
    config: str | None,
    runs: Path,
    output: Path,
    version: int,
    format: "Format",
    as_json: bool,
) -> None:
    """Export for TensorFlow Serving, OpenVINO or LiteRT."""
    from .finetuned import find_finetuned

    chosen = find_finetuned(runs, run, config)
    import_tensorflow()
    from dscl_tf.export.run import export_run

    saved = export_run(chosen, output, version, format)
    logger.info("docs/how-to/serving.md shows how to serve it")
    click.echo(json.dumps({format: str(saved)}) if as_json else str(saved))
