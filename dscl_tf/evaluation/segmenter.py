"""From an array or a file to its mask: finished runs for a notebook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.array_volume import volume_of_array
from dscl_tf.data.io.files import read_image
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import UsageError
from dscl_tf.evaluation.cleaning import Cleaning
from dscl_tf.evaluation.file_prediction import PredictedFile
from dscl_tf.evaluation.predict import Network, predict_volume
from dscl_tf.evaluation.predictor import Predictor
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.runs.find import check_finished
from dscl_tf.runs.run import Run


@dataclass(frozen=True, eq=False)
class Segmenter:
    """Segments whole volumes, as `dscl-tf predict` does; made by `load_segmenter`.

    Attributes:
        networks: of which class probabilities are averaged.
        data: how volumes become slices on the training grid.
        cleaning: removes components from masks; None for nothing.
        views: the views of each slice to average.

    Example::

        segmenter = dscl_tf.load_segmenter("runs/finetuned")
        mask = segmenter.predict(array, spacing=(1.4, 1.4, 8))
        doubt = 1 - segmenter.probabilities(array, spacing=(1.4, 1.4, 8)).max(axis=-1)
        mask = segmenter.predict_file("new.nii.gz").mask
    """

    networks: Sequence[Network]
    data: Data
    cleaning: Cleaning | None = None
    views: Views = PLAIN

    @property
    def classes(self) -> Mapping[int, str]:
        """The name of each number in a mask, but for 0, the background."""
        return self.data.classes

    def predict(
        self, array: Any, spacing: Sequence[float] | None = None, *, affine: Any = None
    ) -> np.ndarray:
        """Return the mask of a volume.

        Args:
            array: (X, Y, Z) intensities as in a file, not normalised; with several channels
                (X, Y, Z, channels); of a colour picture (H, W, 3).
            spacing: mm per voxel along X, Y, Z. An array does not say where its axes point, so they
                are taken as they are, as of a file without directions: Z counts slices. Volumes
                with directions are trained on with X to the patient's left, Y to the back and
                Z upwards, where slices are axial (`dscl_tf.data.grid.orientation` has the others).
            affine: (4, 4), in place of `spacing`: voxel index to mm, as `image.affine` of nibabel.
                The axes may then point anywhere. Of a picture neither is given.

        Returns:
            (X, Y, Z) uint8 class numbers on the array's own voxels; of a picture (H, W).

        Raises:
            UsageError: `spacing` and `affine` are both given, or both missing; or break a rule.
            DataError: the array has other axes, or intensities that break a rule.
        """
        image = volume_of_array(array, self.data, spacing, affine)
        return self._without_pictures_depth(self._predicted(image).mask)

    def probabilities(
        self, array: Any, spacing: Sequence[float] | None = None, *, affine: Any = None
    ) -> np.ndarray:
        """Return the class probabilities of a volume; arguments and errors as of `predict`.

        Returns:
            (X, Y, Z, classes) float32, the background first; of a picture (H, W, classes).
        """
        image = volume_of_array(array, self.data, spacing, affine)
        return self._without_pictures_depth(self._predicted(image).probabilities)

    def predict_file(self, path: str | Path) -> PredictedFile:
        """Return image, mask and probabilities of a file, or of a folder with a DICOM series.

        Raises:
            DataError: the file breaks a rule.
        """
        return self._predicted(read_image(path, self.data))

    def _predicted(self, image: Volume) -> PredictedFile:
        slices, geometry = prepare_image(image, self.data)
        mask, probabilities = predict_volume(self.networks, slices, geometry, self.views)
        if self.cleaning:
            mask = self.cleaning.clean(mask, image.spacing)
        return PredictedFile(image, mask, probabilities)

    def _without_pictures_depth(self, values: np.ndarray) -> np.ndarray:
        return values[:, :, 0] if self.data.pictures else values


def load_segmenter(
    run: str | Path | Run | Sequence[str | Path | Run],
    *,
    views: Views = PLAIN,
    components: bool = True,
) -> Segmenter:
    """Return what segments volumes with a finished fine-tuning run; `dscl_tf.load_segmenter`.

    Args:
        run: the run's directory, or the run; or several, whose class probabilities are averaged.
        views: the views of each slice to average; by default the slice as it is.
        components: remove components by the rules that the run recorded, if it did.

    Raises:
        UsageError: no run is given, or several cannot be averaged.
        DataError: there is no such run, it is of another stage or not finished, or its weights do
            not fit.

    Example::

        segmenter = dscl_tf.load_segmenter("runs/finetuned")
        averaged = dscl_tf.load_segmenter(["runs/a", "runs/b"], views=Views(rotations=(10,)))
    """
    given = [run] if isinstance(run, (str, Path, Run)) else list(run)
    if not given:
        raise UsageError("`run`: must be a run or several, got none")
    runs = [one if isinstance(one, Run) else Run.open(one) for one in given]
    for one in runs:
        check_finished(one, ["finetune"])
    predictor = Predictor.of_runs(runs, components)
    return Segmenter(predictor.load(), predictor.data, predictor.cleaning, views)
