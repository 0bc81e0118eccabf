"""`dscl-tf init`: from a folder of scans to a configuration."""

import json
import logging
from pathlib import Path

import click

from dscl_tf.errors import UsageError

from .options import json_option
from .quiet import import_tensorflow

logger = logging.getLogger(__name__)


def parse_labels(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[int, str]:
    """Return the values of --labels as names by value."""
    labels: dict[int, str] = {}
    for text in values:
        value, equals, name = text.partition("=")
        if not (value.strip().isdecimal() and int(value) and equals and name.strip()):
            raise UsageError(f"--labels: must read VALUE=NAME, such as 7=wall, got {text}")
        if int(value) in labels:
            raise UsageError(f"--labels: must name each value once, got {int(value)} twice")
        if name.strip().casefold() == "background":
            raise UsageError(f"--labels: must leave out values that are background, got {text}")
        labels[int(value)] = name.strip()
    return labels


def parse_channels(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> tuple[str, ...]:
    """Return the names in --channels."""
    if value is None:
        return ()
    names = tuple(name.strip() for name in value.split(","))
    if not all(names) or len({name.casefold() for name in names}) < len(names):
        raise UsageError(f"--channels: must be names that differ, such as T2,ADC, got {value}")
    return names


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="The experiment's name.  [default: made from DIR's]")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=".",
    show_default=True,
    help="Folder for NAME.yaml and NAME-splits.yaml.",
)
@click.option("--force", is_flag=True, help="Replace files of these names.")
@click.option(
    "--labels",
    multiple=True,
    callback=parse_labels,
    metavar="VALUE=NAME",
    help="A value in the masks and its name; values not named become background. Repeatable.  "
    "[default: all values]",
)
@click.option(
    "--spacing",
    type=float,
    nargs=2,
    metavar="ROWS COLUMNS",
    help="Mm per pixel.  [default: planned]",
)
@click.option(
    "--grid",
    type=int,
    nargs=2,
    metavar="ROWS COLUMNS",
    help="Pixels, multiples of 32.  [default: planned]",
)
@click.option(
    "--images",
    help="Pattern of the images in a plain folder: 'scans/{id}.nii.gz'.  [default: found]",
)
@click.option(
    "--masks",
    help="Pattern of the masks, of DICOM series too: 'masks/{id}_seg.nii.gz'.  [default: found]",
)
@click.option(
    "--channels",
    callback=parse_channels,
    metavar="NAME,NAME",
    help="Sequences of a patient that the network sees side by side: T2,ADC. Words in names of "
    "files or folders, names in dataset.json, or names for the fourth axis of the files.  "
    "[default: those that the names tell]",
)
@click.option(
    "--skip-bad", is_flag=True, help="Leave out volumes that break a rule; list them in the plan."
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of all draws."
)
@click.option(
    "--timing/--no-timing",
    default=True,
    show_default=True,
    help="Time a few steps, to tell the minutes of each stage.",
)
@json_option
def command(
    folder: Path,
    name: str | None,
    output: Path,
    force: bool,
    labels: dict[int, str],
    spacing: tuple[float, float] | None,
    grid: tuple[int, int] | None,
    images: str | None,
    masks: str | None,
    channels: tuple[str, ...],
    skip_bad: bool,
    seed: int,
    timing: bool,
    as_json: bool,
) -> None:
    """Look at a folder of scans and write a configuration for it.

    DIR is a plain folder of volumes with masks or without, a Decathlon, nnU-Net or ACDC data set,
    DICOM series, or pictures in Cityscapes' tree. NAME.yaml and NAME-splits.yaml say of every
    decision why. `dscl-tf run --config NAME.yaml` then does the rest.
    """
    from dscl_tf.planning import Wishes, plan_folder, summary, write_plan
    from dscl_tf.planning.names import checked_name, name_of
    from dscl_tf.planning.write import check_place, run_command
    from dscl_tf.text import named

    name = checked_name(name) if name else name_of(folder)
    check_place(name, output, force=force)
    wishes = Wishes(spacing, grid, labels, images, masks, seed, channels, skip_bad)
    plan = plan_folder(folder, name, wishes)
    minutes: dict[str, float] = {}
    if timing:
        logger.info("timing a few steps (--no-timing leaves this out)")
        import_tensorflow()
        from dscl_tf.planning.timing import expected_minutes

        minutes = expected_minutes(plan.config)
    written = write_plan(plan, output, minutes, force=force)
    if as_json:
        click.echo(
            json.dumps(plan.record() | {"minutes": minutes, "written": [*map(str, written)]})
        )
        return
    click.echo(summary(plan, minutes))
    click.echo(f"written: {written[0]} and {written[1].name}")
    click.echo(f"next: {run_command(plan, written[0])}")
    if left_out := plan.fingerprint.source.left_out:
        click.echo(f"--skip-bad leaves out, and lists, {named(list(left_out), 5)}")
