"""`dscl-tf predict`: masks for new volumes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from .options import averaging_options, json_option, printing_options, runs_option
from .quiet import import_tensorflow


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=click.Path(path_type=Path))
@averaging_options
@runs_option
@click.option(
    "--output", type=click.Path(path_type=Path), required=True, help="New directory for the masks."
)
@click.option(
    "--dicom-seg", is_flag=True, help="Also write the masks of DICOM series as DICOM SEG."
)
@click.option(
    "--series",
    metavar="PATTERN",
    help="Of DICOM series, take those whose description fits, such as '*t2*'.  [default: all]",
)
@click.option("--skip-bad", is_flag=True, help="Leave out inputs that break a rule; list them.")
@printing_options
@json_option
def command(
    inputs: tuple[Path, ...],
    choices: tuple[str, ...],
    flips: tuple[Any, ...],
    rotations: tuple[float, ...],
    uncertainty: bool,
    components: bool,
    runs: Path,
    output: Path,
    dicom_seg: bool,
    series: str | None,
    skip_bad: bool,
    as_json: bool,
) -> None:
    """Segment NIfTI files, DICOM series or pictures.

    Inputs are files of volumes (.nii, .nii.gz, .nrrd, .mha, .mhd, .hdr), and folders that hold such
    files or DICOM series at any depth; PNGs and folders of them with a network of pictures.

    The mask of a NIfTI file has its name, grid and header; that of a PNG its name and size. Masks
    of all others are NIfTI too, on the grid of the volume. That of a series has the name of the
    folder, or where the folder holds several series, the id that `data prepare dicom` gives each.
    Where two masks would have one name, those of the folders are put before it.
    """
    from dscl_tf.evaluation.views import Views

    from .finetuned import find_finetuned

    if series is not None and (not series or not any(path.is_dir() for path in inputs)):
        raise click.UsageError(f"--series: needs a pattern and a folder of series, got {series!r}")
    views = Views(flips, rotations)
    chosen = [find_finetuned(runs, choice, None) for choice in choices]
    import_tensorflow()
    from dscl_tf.evaluation.file_prediction import predict_files

    skipped: dict[str, str] = {}

    def note(path: Path, error: Exception) -> None:
        skipped.setdefault(str(path), str(error))
        click.echo(f"skipped {path}: {error}", err=True)

    masks = predict_files(
        chosen,
        inputs,
        output,
        views=views,
        uncertainty=uncertainty,
        components=components,
        dicom_seg=dicom_seg,
        series=series or "*",
        note=note if skip_bad else None,
    )
    written = _written(masks, uncertainty)
    if as_json:
        click.echo(json.dumps({**written, "skipped": skipped} if skip_bad else written))
    else:
        click.echo("\n".join(path for paths in written.values() for path in paths))


def _written(masks: Sequence[Path], uncertainty: bool) -> dict[str, list[str]]:
    """Return the paths of all outputs by kind."""
    from dscl_tf.evaluation.masks import uncertainty_path

    written = {"masks": [str(mask) for mask in masks]}
    if uncertainty:
        maps = [uncertainty_path(mask) for mask in masks if mask.suffix != ".dcm"]
        written["uncertainty"] = [str(path) for path in maps]
    return written
