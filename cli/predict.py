"""`dscl-tf predict`: masks for new volumes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .options import averaging_options, json_option, printing_options, runs_option
from .predictor import find_predictor, serving_options


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    required=True,
    help="Directory for the masks: a new one, or one that an earlier call of this command began.",
)
@averaging_options
@runs_option
@serving_options
@click.option(
    "--probabilities",
    is_flag=True,
    help="Also write NAME_probabilities, the class probabilities as a 4-D file (X, Y, Z, classes), "
    "background first; of a PNG a file per class.",
)
@click.option(
    "--original-labels",
    is_flag=True,
    help="Write the values that the training masks had (data.labels), not 1, 2, ...",
)
@click.option(
    "--suffix",
    default="",
    metavar="TEXT",
    help="End the names of masks in TEXT, such as _seg.  [default: none]",
)
@click.option(
    "--dicom-seg", is_flag=True, help="Also write the masks of DICOM series as DICOM SEG."
)
@click.option(
    "--series",
    metavar="PATTERN",
    help="Of DICOM series, take those whose description fits, such as '*t2*'.  [default: all]",
)
@click.option(
    "--channel",
    "channels",
    multiple=True,
    metavar="NAME=PATH",
    help="In place of inputs, once for each of several channels: its file, such as T2=t2.nii.gz, "
    "or a folder or pattern of files, which have the same names for all channels.",
)
@click.option("--skip-bad", is_flag=True, help="Leave out inputs that break a rule; list them.")
@click.option(
    "--jobs",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Volumes to read at a time, and to write, while the network works; each takes memory.",
)
@printing_options
@json_option
def command(
    inputs: tuple[Path, ...],
    output: Path,
    series: str | None,
    channels: tuple[str, ...],
    skip_bad: bool,
    jobs: int,
    as_json: bool,
    **options: Any,
) -> None:
    """Segment NIfTI files, DICOM series or pictures.

    Inputs are files of volumes (.nii, .nii.gz, .nrrd, .mha, .mhd, .hdr), patterns of these such as
    'scans/*.nii.gz', and folders that hold such files or DICOM series at any depth; PNGs and
    folders of them with a network of pictures.

    The mask of a NIfTI file has its name, grid and header; that of a PNG its name and size. Masks
    of all others are NIfTI too, on the grid of the volume. That of a series has the name of the
    folder, or where the folder holds several series, the id that `data prepare dicom` gives each.
    Where two masks would have one name, those of the folders are put before it.

    With a network of several channels an input is a 4-D file, or NAME_0000.nii.gz and its
    neighbours NAME_0001.nii.gz and so on, whose mask is NAME.nii.gz; or see --channel.

    Each mask appears when it is done, and predict.json says when all are. Stopped at any point, the
    same command goes on.
    """
    from dscl_tf.evaluation.outputs import Outputs
    from dscl_tf.evaluation.views import Views

    by_channel = _by_channel(inputs, channels)
    if series is not None and (not series or not any(path.is_dir() for path in inputs)):
        raise click.UsageError(f"--series: needs a pattern and a folder of series, got {series!r}")
    views = Views(options["flips"], options["rotations"])
    kinds = ("uncertainty", "probabilities", "dicom_seg", "original_labels", "suffix")
    outputs = Outputs(**{kind: options[kind] for kind in kinds})
    predictor = find_predictor(options)
    from dscl_tf.evaluation.folder_prediction import predict_into

    skipped: dict[str, str] = {}

    def note(path: Path, error: Exception) -> None:
        skipped.setdefault(str(path), str(error))
        click.echo(f"skipped {path}: {error}", err=True)

    predicted = predict_into(
        output,
        predictor,
        inputs,
        outputs,
        views=views,
        series=series or "*",
        note=note if skip_bad else None,
        jobs=jobs,
        channels=by_channel,
    )
    written = {"masks": predicted.masks, **predicted.maps}
    names = {kind: [str(path) for path in paths] for kind, paths in written.items()}
    if as_json:
        answer = {**names, "kept": predicted.kept, "speed": predicted.speed.to_dict()}
        if predicted.unlike:
            answer["unlike"] = predicted.unlike
        click.echo(json.dumps({**answer, "skipped": skipped} if skip_bad else answer))
    else:
        click.echo("\n".join(path for paths in names.values() for path in paths))


def _by_channel(inputs: Sequence[Path], channels: Sequence[str]) -> dict[str, Path]:
    """Return what `--channel` names, by the channel's name.

    Raises:
        click.UsageError: there are neither inputs nor channels, or both; or one is no NAME=PATH.
    """
    if not inputs and not channels:
        raise click.UsageError("Missing argument 'INPUTS...'.")
    if inputs and channels:
        raise click.UsageError(f"--channel: takes the place of inputs, got {inputs[0]} too")
    found: dict[str, Path] = {}
    for one in channels:
        name, _, path = one.partition("=")
        if not name or not path:
            raise click.UsageError(f"--channel: must be NAME=PATH, got {one!r}")
        if name in found:
            raise click.UsageError(f"--channel: must name each channel once, got {name} twice")
        found[name] = Path(path)
    return found
