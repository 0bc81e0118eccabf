"""`dscl-tf data`: from a folder of volumes to a slice store, and a look into it."""

import json
from pathlib import Path

import click

from dscl_tf.cli.options import (
    config_option,
    json_option,
    path_option,
    progress,
    resolve_config,
    set_option,
    store_option,
    store_path,
)


@click.group()
def command() -> None:
    """Prepare volumes for training; look at them."""


@command.command()
@click.argument("name", type=click.Choice(["acdc", "cityscapes", "msd", "phantom"]))
@path_option("--source", "Folder of the data set; the phantom makes its own volumes.")
@config_option
@set_option
@store_option
@json_option
def prepare(
    name: str,
    source: Path | None,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Prepare a data set into a new slice store.

    NAME is its layout; without --config, the configuration of that name is used.
    """
    from dscl_tf.data.prepare import prepare

    experiment = resolve_config(config or name, overrides)
    if experiment.data.layout != name:
        raise click.UsageError(
            f"NAME: must be the configuration's data.layout {experiment.data.layout}, got {name}"
        )
    if source is None and name != "phantom":
        raise click.UsageError(f"--source: is required for {name}")
    opened = prepare(experiment, source, store_path(store, experiment), progress)
    labelled = sum(entry.labelled for entry in opened.volumes.values())
    result = {
        "store": str(opened.directory),
        "volumes": len(opened.volumes),
        "labelled": labelled,
        "slices": len(opened.images),
    }
    click.echo(
        json.dumps(result)
        if as_json
        else f"{result['store']}: {result['volumes']} volumes ({labelled} labelled), "
        f"{result['slices']} slices"
    )


@command.command()
@click.option("--figure", type=click.Path(path_type=Path), help="PNG of a slice per partition.")
@config_option
@set_option
@store_option
@json_option
def inspect(
    figure: Path | None,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    as_json: bool,
) -> None:
    """Print a table of the store's volumes.

    With --figure, also draw a slice of each partition of the first volumes.
    """
    from dscl_tf.data.inspect import partition_figure, summarise_store, text_table
    from dscl_tf.data.prepare import open_store

    experiment = resolve_config(config, overrides)
    opened = open_store(experiment, store_path(store, experiment), progress)
    rows = summarise_store(opened)
    click.echo(json.dumps(rows) if as_json else text_table(rows))
    if figure:
        partitions, volumes = experiment.slice_partitions, min(3, len(opened.volumes))
        partition_figure(opened, figure, partitions, volumes)
        progress(f"figure: {figure}")
