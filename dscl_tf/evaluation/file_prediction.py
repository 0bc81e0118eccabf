"""Predict files and DICOM series that are in no store."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dscl_tf.config import Data, Experiment
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.dicom import is_series
from dscl_tf.data.io.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.data.io.files import read_image, read_shape
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.layouts.dicom import Note
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.cleaning import Cleaning, components_line
from dscl_tf.evaluation.ensemble import check_ensemble, load_networks
from dscl_tf.evaluation.inputs import Input, list_inputs
from dscl_tf.evaluation.masks import check_map_names, write_prediction
from dscl_tf.evaluation.predict import Network, predict_volume
from dscl_tf.evaluation.uncertainty import normalised_entropy
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.files import atomic_directory
from dscl_tf.names import check_name, path_in
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class PredictedFile:
    """What was predicted of a file, on its own grid.

    Attributes:
        image: as it stands in the file.
        mask: (X, Y, Z) uint8 class numbers.
        probabilities: (X, Y, Z, classes) float32.

    Example:
        >>> image = Volume(np.ones((4, 4, 2)), np.eye(4), (1, 1, 1), Path("001.nii.gz"))
        >>> probabilities = np.tile(np.float32([0.2, 0.8]), (4, 4, 2, 1))
        >>> predicted = PredictedFile(image, probabilities.argmax(axis=-1), probabilities)
        >>> int(predicted.mask.sum())
        32
    """

    image: Volume
    mask: np.ndarray
    probabilities: np.ndarray


def predict_file(
    networks: Sequence[Network],
    path: str | Path,
    data: Data,
    views: Views = PLAIN,
    cleaning: Cleaning | None = None,
) -> PredictedFile:
    """Predict one file or DICOM series; nothing is written.

    Args:
        networks: whose class probabilities are averaged; as in `predict_slices`.
        path: the file; of a series its folder, or one of its files.
        data: how the networks' training volumes were read and became slices.
        views: the views of each slice to average.
        cleaning: removes components from the mask; the probabilities stay.

    Raises:
        DataError: the file breaks a rule.

    Example::

        run = Run.open("runs/mine")
        predicted = predict_file([load_network(run)], "new/001.nii.gz", run.config.data)
        predicted.mask, predicted.probabilities
    """
    image = read_image(path, data)
    slices, geometry = prepare_image(image, data)
    mask, probabilities = predict_volume(networks, slices, geometry, views)
    if cleaning:
        mask = cleaning.clean(mask, image.spacing)
    return PredictedFile(image, mask, probabilities)


def predict_files(
    runs: Sequence[Run],
    inputs: Sequence[Path],
    output: Path,
    *,
    views: Views = PLAIN,
    uncertainty: bool = False,
    components: bool = True,
    dicom_seg: bool = False,
    series: str = "*",
    note: Note | None = None,
) -> list[Path]:
    """Write a mask of class numbers for each file and each DICOM series, on its own grid.

    Args:
        runs: a finished fine-tuning run, or several, whose class probabilities are averaged.
        inputs: files and folders, as `list_inputs` takes them.
        output: the directory for the masks, named as `list_inputs` says; it must not exist yet
            and appears only when all masks are written.
        views: the views of each slice to average.
        uncertainty: also write the `normalised_entropy`, at the `uncertainty_path` of each mask.
        components: remove components by the rules that the runs recorded, if they did.
        dicom_seg: also write each mask as a DICOM SEG, ID.dcm; all inputs must be DICOM.
        series: a pattern that the descriptions of DICOM series must fit, as `list_series` takes it.
        note: is told of each input that is left out, and why; by default the error is raised.

    Returns:
        the masks.

    Raises:
        DataError: a file breaks a rule, or with `note` all do; one is repeated; `output` exists.
        UsageError: the runs cannot be averaged; `dicom_seg` without highdicom, or with a file.

    Example::

        predict_files([Run.open("runs/mine")], [Path("001.nii.gz")], Path("masks"))
    """
    check_ensemble(runs)
    config = runs[0].config
    refuse = _Refusals(note)
    volumes = _usable(inputs, config.data, series, refuse, dicom_seg)
    if uncertainty:
        check_map_names([Path(volume.mask_name) for volume in volumes])
    cleaning = Cleaning.of(runs) if components else None
    masks: list[str] = []
    with atomic_directory(output) as folder:
        networks = load_networks(runs)
        for number, volume in enumerate(volumes, start=1):
            try:
                predicted = predict_file(networks, volume.path, config.data, views, cleaning)
            except DataError as error:
                refuse(volume.path, error)
                continue
            masks += _write(folder, volume, predicted, config, uncertainty, dicom_seg)
            _log_done(volume, predicted, f"{number}/{len(volumes)}")
            del predicted  # before the next is read
        refuse.check_any(masks)
    if cleaning:
        logger.info(components_line(cleaning.summary(), config.data.classes))
    return [output / name for name in masks]


class _Refusals:
    """Hands inputs that break a rule to `note`; without one, the first of them is an error."""

    def __init__(self, note: Note | None) -> None:
        self.note = note
        self.errors: list[DataError] = []

    def __call__(self, path: Path, error: DataError) -> None:
        if self.note is None:
            raise error
        self.errors.append(error)
        self.note(path, error)

    def check_any(self, usable: Sequence[object]) -> None:
        if self.errors and not usable:
            first, count = self.errors[0], len(self.errors)
            raise DataError(f"no input is usable, the first of {count}: {first}")


def _log_done(volume: Input, predicted: PredictedFile, count: str) -> None:
    path = predicted.image.path
    if holes := predicted.image.not_finite:
        logger.info(f"{path}: {holes} NaN or infinite voxels taken as background")
    logger.info(f"{path}: {volume.mask_name} done ({count})")


def _write(
    folder: Path,
    volume: Input,
    predicted: PredictedFile,
    config: Experiment,
    uncertainty: bool,
    dicom_seg: bool,
) -> list[str]:
    """Write what was predicted of a volume; return the names of its masks."""
    names = [volume.mask_name]
    doubt = normalised_entropy(predicted.probabilities) if uncertainty else None
    write_prediction(path_in(folder, names[0]), predicted.mask, predicted.image, doubt)
    if dicom_seg:
        names.append(volume.mask_name.replace(".nii.gz", ".dcm"))
        path, classes = path_in(folder, names[1]), config.data.classes
        write_segmentation(path, predicted.mask, volume.path, classes, config.name)
    return names


def _usable(
    inputs: Sequence[Path], data: Data, series: str, refuse: _Refusals, dicom_seg: bool
) -> list[Input]:
    """Return the volumes whose headers can be read; the others are refused."""
    if dicom_seg:
        require_highdicom()
    volumes = list_inputs(inputs, data, series, refuse)
    if dicom_seg and (files := [one.path for one in volumes if not is_series(one.path)]):
        raise UsageError(f"`dicom_seg`: needs folders of DICOM series, got {files[0]}")
    usable: list[Input] = []
    for volume in volumes:
        try:
            check_name(volume.mask_name, volume.path)
            read_shape(volume.path, data)  # before the first prediction, not hours into them
        except DataError as error:
            refuse(volume.path, error)
        else:
            usable.append(volume)
    refuse.check_any(usable)
    return usable
