"""`dscl-tf demo`: the whole job on the built-in phantom."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from .options import (
    json_option,
    printing_options,
    resolve_config,
    runs_option,
    set_option,
    store_option,
    store_path,
)
from .quiet import import_tensorflow


@click.command()
@set_option
@store_option
@runs_option
@printing_options
@json_option
def command(overrides: tuple[str, ...], store: Path | None, runs: Path, as_json: bool) -> None:
    """Run the whole job on the built-in phantom.

    Fine-tuning has a mean teacher, which the phantom's configuration leaves off. It takes at most
    five minutes on two cores. Stopped at any point, the same command goes on.
    """
    from dscl_tf.demo import SETTINGS, run_demo

    experiment = resolve_config("phantom", (*SETTINGS, *overrides))
    result = run_demo(experiment, store_path(store, experiment), runs, import_tensorflow)
    if as_json:
        click.echo(json.dumps(asdict(result), default=str))
        return
    click.echo(f"test Dice {result.dice:.3f} after {result.minutes:.1f} minutes")
    click.echo(f"report: {result.report}")
    click.echo(f"SavedModel: {result.saved_model}")
