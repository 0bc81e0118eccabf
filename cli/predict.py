"""`dscl-tf predict`: masks for new volumes."""

import json
from pathlib import Path

import click

from dscl_tf.cli.options import json_option, progress, run_option, runs_option
from dscl_tf.cli.quiet import import_tensorflow


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@run_option
@runs_option
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="New directory for the masks."
)
@json_option
def command(inputs: tuple[Path, ...], run: str, runs: Path, output: Path, as_json: bool) -> None:
    """Segment NIfTI files, or PNG pictures with a network trained on such.

    Each mask has its input's name and grid, and a NIfTI mask its header.
    """
    from dscl_tf.cli.finetuned import find_finetuned

    chosen = find_finetuned(runs, run, None)
    import_tensorflow()
    from dscl_tf.evaluation.predict_files import predict_files

    masks = predict_files(chosen, inputs, output, progress)
    if as_json:
        click.echo(json.dumps({"masks": [str(mask) for mask in masks]}))
    else:
        click.echo("\n".join(str(mask) for mask in masks))
