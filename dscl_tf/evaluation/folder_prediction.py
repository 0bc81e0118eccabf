"""Predict many files into one folder, each while the next is read and the last is written."""

import contextlib
import functools
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dscl_tf.config import Data
from dscl_tf.data.io.files import read_shape
from dscl_tf.data.layouts.dicom import Note
from dscl_tf.data.store import settings_of
from dscl_tf.errors import DataError
from dscl_tf.evaluation.channel_inputs import channel_inputs, joined
from dscl_tf.evaluation.cleaning import components_line
from dscl_tf.evaluation.file_steps import FileSteps, Written
from dscl_tf.evaluation.folder_record import Stamp
from dscl_tf.evaluation.inputs import Input, list_inputs
from dscl_tf.evaluation.label_values import log_ambiguous
from dscl_tf.evaluation.outputs import Outputs
from dscl_tf.evaluation.overlap import overlapped
from dscl_tf.evaluation.prediction_folder import PredictionFolder, opened
from dscl_tf.evaluation.predictor import Predictor
from dscl_tf.evaluation.refusals import Refusals
from dscl_tf.evaluation.speed import Speed
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.names import check_name
from dscl_tf.progress import TICK, Progress, tell

logger = logging.getLogger(__name__)

MASKS_ALONE = Outputs()


@dataclass(frozen=True)
class Predicted:
    """What a call of `predict_into` leaves in its folder.

    Attributes:
        masks: of all inputs, with the DICOM SEGs.
        maps: the other files by kind, "uncertainty" and "probabilities".
        kept: how many inputs had their masks from an earlier call.
        speed: of those that were predicted now.
        unlike: by path, in what an input that was predicted now is unlike the training volumes.
    """

    masks: list[Path]
    maps: dict[str, list[Path]]
    kept: int
    speed: Speed
    unlike: dict[str, list[str]]


def predict_into(
    output: Path,
    predictor: Predictor,
    inputs: Sequence[Path],
    outputs: Outputs = MASKS_ALONE,
    *,
    views: Views = PLAIN,
    series: str = "*",
    note: Note | None = None,
    jobs: int = 1,
    channels: Mapping[str, Path] | None = None,
) -> Predicted:
    """Write a mask for each file and each DICOM series into a folder, on its own grid.

    Each mask appears whole, as soon as it is made; `predict.json` says which are valid and whether
    all are there. After a stop the same call goes on; inputs that changed since are predicted
    again. `labels.txt` and `labels.ctbl` tell ITK-SNAP and 3D Slicer what values mean.

    Args:
        output: the folder, which must not exist yet, or hold what an earlier call of the same
            networks and options made.
        predictor: the networks.
        inputs: files, folders and patterns, as `list_inputs` takes them.
        outputs: what is written for each.
        views: the views of each slice to average.
        series: a pattern that the descriptions of DICOM series must fit, as `list_series` takes it.
        note: is told of each input that is left out, and why; by default the error is raised.
        jobs: how many volumes are read at a time, and how many written.
        channels: in place of `inputs`, files or folders by channel; see `channel_inputs`.

    Raises:
        DataError: a file breaks a rule, or with `note` all do; one is repeated; `output` is of
            something else; two files would have one name.
        UsageError: as `Outputs.check` and `channel_inputs` say.

    Example::

        predict_into(Path("masks"), Predictor.of_runs([run]), [Path("scans")])
    """
    refuse, data = Refusals(note), predictor.data
    if channels:
        found = channel_inputs(channels, data)
    else:
        found = _without_own(list_inputs(inputs, data, series, refuse), inputs, output)
    volumes = _usable(found, data, refuse, outputs)
    if outputs.original_labels:
        log_ambiguous(data)
    made_with = _made_with(predictor, outputs, views)
    with opened(output, made_with, _labels(outputs, data)) as folder:
        todo = _planned(folder, volumes, outputs, data)
        steps = FileSteps(predictor, outputs, views, output, raise_refused=note is None)
        written, speed = _predict(folder, todo, len(volumes), steps, refuse, jobs)
        there = [one for one in volumes if one not in todo or one in written]
        refuse.check_any(there)
        folder.complete(refuse.reasons)
    if predictor.cleaning:
        logger.info(components_line(predictor.cleaning.summary(), data.classes))
    masks = [output / name for one in there for name in outputs.masks(one)]
    maps, kept = _maps(output, there, outputs, data), len(there) - len(written)
    return Predicted(masks, maps, kept, speed, _told(written))


def _told(unlike: Mapping[Input, tuple[str, ...]]) -> dict[str, list[str]]:
    """Return what was unlike, by path, without the inputs of which nothing is said."""
    return {str(one.path): list(phrases) for one, phrases in unlike.items() if phrases}


def _maps(
    output: Path, volumes: Sequence[Input], outputs: Outputs, data: Data
) -> dict[str, list[Path]]:
    """Return the paths of the volumes' maps by kind."""
    maps: dict[str, list[Path]] = {}
    for one in volumes:
        for kind, names in outputs.maps(one, data).items():
            maps.setdefault(kind, []).extend(output / name for name in names)
    return maps


def _without_own(volumes: list[Input], inputs: Sequence[Path], output: Path) -> list[Input]:
    """Leave out what an earlier call wrote, where the output lies in a folder of inputs."""
    given, own = {path.absolute() for path in inputs}, output.absolute()
    left = [
        one
        for one in volumes
        if own not in one.path.absolute().parents or one.path.absolute() in given
    ]
    if volumes and not left:
        raise DataError(f"{output}: inputs must lie outside the output, got none that does")
    if len(left) < len(volumes):
        logger.info(f"{output}: the {len(volumes) - len(left)} files in it are no inputs")
    return left


def _usable(
    volumes: Sequence[Input], data: Data, refuse: Refusals, outputs: Outputs
) -> list[Input]:
    """Return the volumes with all channels, whose headers can be read; others are refused."""
    outputs.check_inputs(volumes)
    usable: list[Input] = []
    for volume in joined(volumes, data, refuse):
        try:
            check_name(outputs.mask_name(volume), volume.path)
            # before the first prediction, not hours into them
            read_shape(volume.path, data, volume.further)
        except DataError as error:
            refuse(volume.path, error)
        else:
            usable.append(volume)
    refuse.check_any(usable)
    outputs.check_names(usable, data)
    return usable


def _made_with(predictor: Predictor, outputs: Outputs, views: Views) -> dict[str, Any]:
    """Return all that the masks of a folder have in common, as JSON values."""
    cleaning = predictor.cleaning
    return {
        **predictor.source,
        "data": settings_of(predictor.data),
        "views": {"flips": list(views.flips), "rotations": list(views.rotations)},
        "outputs": outputs.to_dict(),
        "components": cleaning and {str(label): rule for label, rule in cleaning.rules.items()},
    }


def _labels(outputs: Outputs, data: Data) -> dict[int, str] | None:
    """Return what the values in masks mean; None of pictures, for which there are no tables."""
    if data.pictures:
        return None
    return {value: data.classes[number] for number, value in outputs.values(data).items()}


def _planned(
    folder: PredictionFolder, volumes: Sequence[Input], outputs: Outputs, data: Data
) -> dict[Input, tuple[Stamp, int]]:
    """Return the volumes that are left to predict, with the stamp and number of each."""
    stamps = {volume: Stamp.of(volume.path, volume.further) for volume in volumes}
    names = {volume: outputs.names(volume, data) for volume in volumes}
    done = {one for one in volumes if folder.is_done(names[one][0], stamps[one], names[one])}
    folder.plan({names[one][0]: (stamps[one], names[one]) for one in volumes})
    if done:
        logger.info(f"{folder.path}: {len(done)} of {len(volumes)} masks are there already")
    numbers = enumerate(volumes, start=1)
    return {one: (stamps[one], number) for number, one in numbers if one not in done}


def _predict(
    folder: PredictionFolder,
    todo: Mapping[Input, tuple[Stamp, int]],
    count: int,
    steps: FileSteps,
    refuse: Refusals,
    jobs: int,
) -> tuple[dict[Input, tuple[str, ...]], Speed]:
    """Predict volumes; return those that were not refused, with what is unlike, and the speed."""
    written: dict[Input, tuple[str, ...]] = {}
    if not todo:
        return written, Speed(0, 0.0)
    total = len(todo)
    _tell("predict", 0, total, TICK)
    networks = steps.predictor.load()
    start = time.perf_counter()
    compute = functools.partial(steps.compute, networks)
    overlap = overlapped(todo, steps.read, compute, steps.finish, jobs)
    with contextlib.closing(overlap) as results:  # so that no mask is written after an interruption
        for done, result in enumerate(results, start=1):
            volume = result.volume
            if result.error:
                refuse(volume.path, result.error)
                _tell(f"{volume.path}: left out", done, total, TICK)
                continue
            names = steps.outputs.names(volume, steps.data)
            stamp, number = todo[volume]
            folder.add(names[0], stamp, names)
            written[volume] = result.unlike
            _log_unlike(result)
            named = "" if volume.path.name == names[0] else f"{names[0]} "
            _tell(f"{volume.path}: {named}done ({number}/{count})", done, total)
    speed = Speed(len(written), time.perf_counter() - start)
    _tell(speed.line(), total, total)  # a display says so itself
    return written, speed


def _tell(line: str, done: int, total: int, level: int = logging.INFO) -> None:
    """Log a line, with progress where there are several volumes to predict."""
    if total > 1:
        tell(logger, line, Progress("predict", done, total, "volumes"), level)
    else:
        logger.log(level, line)


def _log_unlike(result: Written) -> None:
    path = result.volume.path
    if result.not_finite:
        logger.info(f"{path}: {result.not_finite} NaN or infinite voxels taken as background")
    if result.unlike:
        logger.warning(f"{path}: unlike the training volumes: {'; '.join(result.unlike)}")
