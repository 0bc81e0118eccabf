"""`dscl-tf data`: from a folder of volumes to a slice store, and a look into it."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from dscl_tf.data.write_store import Changes


@click.group()
def command() -> None:
    """Prepare volumes for training; look at them."""


@command.command()
@click.argument("name", type=click.Choice(["acdc", "msd", "phantom"]))
@path_option("--source", "Folder of the data set; the phantom makes its own volumes.")
@config_option
@set_option
@store_option
@click.option(
    "--jobs", type=click.IntRange(min=1), help="Volumes at a time.  [default: the usable CPUs]"
)
@click.option("--skip-bad", is_flag=True, help="Leave out volumes that break a rule; list them.")
@json_option
def prepare(
    name: str,
    source: Path | None,
    config: str | None,
    overrides: tuple[str, ...],
    store: Path | None,
    jobs: int | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Prepare a data set into a slice store.

    NAME is its layout; without --config, the configuration of that name is used. An existing store
    is brought up to date: only volumes whose files or settings changed are prepared. An interrupted
    run goes on where it stopped.
    """
    from dscl_tf.data.parallel import usable_cpus
    from dscl_tf.data.prepare import update_store
    from dscl_tf.data.store import SliceStore

    experiment = resolve_config(config or name, overrides)
    if experiment.data.layout != name:
        raise click.UsageError(
            f"NAME: must be the configuration's data.layout {experiment.data.layout}, got {name}"
        )
    if source is None and name != "phantom":
        raise click.UsageError(f"--source: is required for {name}")
    directory = store_path(store, experiment)
    jobs = jobs or usable_cpus()
    changes = update_store(experiment, source, directory, progress, jobs=jobs, skip_bad=skip_bad)
    opened = SliceStore.open(directory)
    labelled = sum(entry.labelled for entry in opened.volumes.values())
    not_oriented = [entry.id for entry in opened.volumes.values() if not entry.oriented]
    if as_json:
        result = {
            "store": str(directory),
            "volumes": len(opened.volumes),
            "labelled": labelled,
            "slices": len(opened.images),
            **asdict(changes),
            "not_oriented": not_oriented,
        }
        click.echo(json.dumps(result))
        return
    click.echo(
        f"{directory}: {len(opened.volumes)} volumes ({labelled} labelled), "
        f"{len(opened.images)} slices; {_done(changes)}"
    )
    for id, message in changes.skipped.items():
        click.echo(f"skipped {id}: {message}")
    if not_oriented:
        click.echo(
            f"taken as stored, no orientation in the header: {len(not_oriented)} volumes "
            f"({_listed(not_oriented)})"
        )


def _done(changes: "Changes") -> str:
    """Return such as "78 of 80 volumes kept, 2 prepared, 1 removed (007)"."""
    total = len(changes.kept) + len(changes.prepared)
    words = [f"{len(changes.kept)} of {total} volumes kept", f"{len(changes.prepared)} prepared"]
    if changes.removed:
        words.append(f"{len(changes.removed)} removed ({_listed(changes.removed)})")
    if changes.skipped:
        words.append(f"{len(changes.skipped)} skipped")
    return ", ".join(words) if len(words) > 2 or changes.prepared else "nothing had changed"


def _listed(ids: list[str], most: int = 10) -> str:
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ", ".join(ids[:most]) + more


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
        partitions, volumes = experiment.pretrain_global.partitions, min(3, len(opened.volumes))
        partition_figure(opened, figure, partitions, volumes)
        progress(f"figure: {figure}")
