"""`dscl-tf data`: from a folder of volumes to a slice store, and a look into it."""

import json
import logging
from pathlib import Path
from typing import get_args

import click

from dscl_tf.config import Layout, shipped_configs
from dscl_tf.text import one_form

from .group import Group
from .options import (
    config_option,
    json_option,
    path_option,
    printing_options,
    resolve_config,
    set_option,
    splits_option,
    store_option,
    store_path,
)

logger = logging.getLogger(__name__)

TEMPLATES = ("folder",)  # shipped configurations to copy, not to use as they are


@click.group(cls=Group)
def command() -> None:
    """Prepare volumes for training; look at them."""


@command.command()
@click.argument("name", type=click.Choice(get_args(Layout)), required=False)
@path_option("--source", "Folder of the data set.  [default: the configuration's data.source]")
@config_option
@set_option
@store_option
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Volumes at a time.  [default: the usable CPUs]"
)
@click.option("--skip-bad", is_flag=True, help="Leave out volumes that break a rule; list them.")
@click.option("--verify", is_flag=True, help="Read all stored slices; mend what a disk changed.")
@click.option(
    "--trust-times",
    is_flag=True,
    help="Do not read files whose size, time of change and inode are those of before.",
)
@printing_options
@json_option
def prepare(
    name: str | None,
    source: Path | None,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    jobs: int | None,
    skip_bad: bool,
    verify: bool,
    trust_times: bool,
    as_json: bool,
) -> None:
    """Prepare a data set into a slice store.

    NAME is its layout; without --config, the configuration of that name is used. dicom (a folder
    of DICOM series at any depth), folder and msd need --config. With --config, NAME may be left
    out. The phantom makes its own volumes. An existing store is brought up to date: only volumes
    whose files or settings changed are prepared. An interrupted run goes on where it stopped.
    """
    from dscl_tf.data.store import SliceStore, update_store, usable_cpus

    from .prepared import describe, text

    if config is None and name is None:
        raise click.UsageError("NAME: must be given, or --config; neither was")
    if config is None and (name in TEMPLATES or name not in shipped_configs()):
        raise click.UsageError(f"--config: is required for {name}, a layout of many data sets")
    experiment = resolve_config(config or name, overrides)
    layout = experiment.data.layout
    if name not in (None, layout):
        raise click.UsageError(
            f"NAME: must be the configuration's data.layout {layout}, got {name}"
        )
    source = source or experiment.data.source
    if source is None and layout != "phantom":
        raise click.UsageError(f"--source: is required for {layout}")
    directory = store_path(store, experiment)
    jobs = jobs or usable_cpus()
    changes = update_store(
        experiment,
        source,
        directory,
        jobs=jobs,
        skip_bad=skip_bad,
        verify=verify,
        trust_times=trust_times,
    )
    result = describe(SliceStore.open(directory), changes, experiment.grid_multiple)
    click.echo(json.dumps(result) if as_json else text(result))


@command.command()
@click.option(
    "--figure",
    type=click.Path(path_type=Path),
    help="PNG of a slice per partition.  [default: none]",
)
@click.option("--rows", type=click.IntRange(min=1), help="Volumes in the figure.  [default: 3]")
@click.option("--volume", "chosen", multiple=True, metavar="ID", help="Volume in the figure.")
@config_option
@set_option
@store_option
@splits_option
@json_option
def inspect(
    figure: Path | None,
    rows: int | None,
    chosen: tuple[str, ...],
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    splits: Path | None,
    as_json: bool,
) -> None:
    """Tell what is in the store, and what looks wrong.

    Prints a summary, a table of the volumes, and warnings. These name volumes that deviate from
    the set, repeat another one, or are in splits that must not share them; the exit status stays
    0.

    With --figure, also draw a slice of each partition, with its mask where there is one, of
    volumes spread over the store (--rows) or of those named (--volume, repeatable).
    """
    from dscl_tf.data.inspect import inspect_store, text_report
    from dscl_tf.data.store import open_store

    if (rows or chosen) and not figure:
        raise click.UsageError("--rows, --volume: say what --figure shows, got no --figure")
    if rows and chosen:
        raise click.UsageError("--rows: must not be given together with --volume")
    experiment = resolve_config(config, overrides, splits)
    opened = open_store(experiment, store_path(store, experiment), config)
    inspection = inspect_store(opened, experiment)
    if figure:
        from dscl_tf.data.inspect.figure import partition_figure, spread

        partitions = experiment.slice_partitions
        ids = [facts.id for facts in inspection.volumes if facts.slices >= partitions]
        labelled = {facts.id for facts in inspection.volumes if facts.labelled}
        shown = tuple(map(one_form, chosen)) or spread(ids, rows or min(3, len(ids)), labelled)
        partition_figure(opened, figure, shown, partitions)
        logger.info(f"figure: {figure}")
    click.echo(json.dumps(inspection.to_dict()) if as_json else text_report(inspection))
