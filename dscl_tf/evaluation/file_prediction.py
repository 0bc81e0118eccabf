"""Predict files and DICOM series that are in no store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.files import read_image
from dscl_tf.data.io.volume import Volume
from dscl_tf.data.layouts.dicom import Note
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.folder_prediction import predict_into
from dscl_tf.evaluation.outputs import Outputs
from dscl_tf.evaluation.predict import Network, predict_volume
from dscl_tf.evaluation.predictor import Predictor
from dscl_tf.evaluation.views import PLAIN, Views

if TYPE_CHECKING:
    from dscl_tf.runs.run import Run


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
    further: Sequence[str | Path] = (),
) -> PredictedFile:
    """Predict one file or DICOM series; nothing is written.

    Args:
        networks: whose class probabilities are averaged; as in `predict_slices`.
        path: the file; of a series its folder, or one of its files.
        data: how the networks' training volumes were read and became slices.
        views: the views of each slice to average.
        cleaning: removes components from the mask; the probabilities stay.
        further: the files of the channels after the first, where each has its own.

    Raises:
        DataError: the file breaks a rule.

    Example::

        run = Run.open("runs/mine")
        predicted = predict_file([load_network(run)], "new/001.nii.gz", run.config.data)
        predicted.mask, predicted.probabilities
    """
    image = read_image(path, data, further)
    slices, geometry = prepare_image(image, data)
    mask, probabilities = predict_volume(networks, slices, geometry, views)
    if cleaning:
        mask = cleaning.clean(mask, image.spacing)
    return PredictedFile(image, mask, probabilities)


def predict_files(
    runs: "Sequence[Run]",
    inputs: Sequence[Path],
    output: Path,
    *,
    views: Views = PLAIN,
    uncertainty: bool = False,
    components: bool = True,
    dicom_seg: bool = False,
    series: str = "*",
    note: Note | None = None,
    probabilities: bool = False,
    original_labels: bool = False,
    suffix: str = "",
    jobs: int = 1,
    channels: Mapping[str, Path] | None = None,
) -> list[Path]:
    """Write a mask for each file and each DICOM series, on its own grid; see `predict_into`.

    Args:
        runs: a finished fine-tuning run, or several, whose class probabilities are averaged.
        inputs: files, folders and patterns, as `list_inputs` takes them.
        output: the directory for the masks.
        views: the views of each slice to average.
        uncertainty: also write maps; these four are as in `Outputs`.
        components: remove components by the rules that the runs recorded, if they did.
        dicom_seg: also write DICOM SEG.
        series: a pattern that the descriptions of DICOM series must fit, as `list_series` takes it.
        note: is told of each input that is left out, and why; by default the error is raised.
        probabilities: also write class probabilities.
        original_labels: write the values of `data.labels`.
        suffix: ends the names of masks.
        jobs: how many volumes are read at a time, and how many written.
        channels: in place of `inputs`, files or folders by channel, as `channel_inputs` takes them.

    Returns:
        the masks.

    Raises:
        DataError: a file breaks a rule, or with `note` all do; or as `predict_into` says.
        UsageError: the runs cannot be averaged; `dicom_seg` without highdicom, or with a file.

    Example::

        predict_files([Run.open("runs/mine")], [Path("001.nii.gz")], Path("masks"))
    """
    predictor = Predictor.of_runs(runs, components)
    outputs = Outputs(uncertainty, probabilities, dicom_seg, original_labels, suffix)
    predicted = predict_into(
        output,
        predictor,
        inputs,
        outputs,
        views=views,
        series=series,
        note=note,
        jobs=jobs,
        channels=channels,
    )
    return predicted.masks
