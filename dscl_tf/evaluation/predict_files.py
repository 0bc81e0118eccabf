"""Predict files and DICOM series that are in no store."""

import logging
from collections.abc import Sequence
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.grid.preprocess import prepare_image
from dscl_tf.data.io.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.data.io.files import is_picture, read_image, read_shape, write_map, write_mask
from dscl_tf.data.layouts.dicom import list_series
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.ensemble import check_ensemble, load_networks
from dscl_tf.evaluation.predict import predict_volume
from dscl_tf.evaluation.uncertainty import check_map_names, normalised_entropy, uncertainty_path
from dscl_tf.evaluation.views import PLAIN, Views
from dscl_tf.files import atomic_directory
from dscl_tf.runs.run import Run

logger = logging.getLogger(__name__)


def predict_files(
    runs: Sequence[Run],
    inputs: Sequence[Path],
    output: Path,
    *,
    views: Views = PLAIN,
    uncertainty: bool = False,
    dicom_seg: bool = False,
) -> list[Path]:
    """Write a mask of class numbers for each file and each DICOM series, on its own grid.

    Args:
        runs: a finished fine-tuning run, or several, whose class probabilities are averaged. Their
            configuration prepares the volumes and says which channel of a 4-D file to use.
        inputs: NIfTI files (.nii or .nii.gz) and folders of DICOM series, with different names;
            for a network of pictures PNGs.
        output: the directory for the masks, each named as its file or as the id that `list_series`
            gives its series; it must not exist yet and appears only when all masks are written.
        views: the views of each slice to average.
        uncertainty: also write the `normalised_entropy` of each voxel, at the `uncertainty_path` of
            each mask: float32, of a PNG 16 bits where 65535 stands for 1.
        dicom_seg: also write each mask as a DICOM SEG, ID.dcm; all inputs must be DICOM.

    Returns:
        the masks.

    Raises:
        DataError: a file breaks a rule, two share a name, or `output` exists.
        UsageError: the runs cannot be averaged; `dicom_seg` without highdicom, or with a file.
    """
    check_ensemble(runs)
    data = runs[0].config.data
    if dicom_seg:
        require_highdicom()
        if files := [path for path in inputs if not path.is_dir()]:
            raise UsageError(f"`dicom_seg`: needs folders of DICOM series, got {files[0]}")
    volumes = [volume for path in inputs for volume in _volumes(path, data)]
    names = [name for name, _ in volumes]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{repeated[0]}: inputs must have different names, got it twice")
    if uncertainty:
        check_map_names([Path(name) for name in names])
    for _, path in volumes:  # before the first prediction, not hours into them
        read_shape(path, data)
    masks: list[str] = []
    with atomic_directory(output) as folder:
        networks = load_networks(runs)
        for number, (name, path) in enumerate(volumes, start=1):
            volume = read_image(path, data)
            slices, geometry = prepare_image(volume, data)
            mask, probabilities = predict_volume(networks, slices, geometry, views)
            write_mask(folder / name, mask, volume)
            if uncertainty:
                doubt = normalised_entropy(probabilities)
                write_map(uncertainty_path(folder / name), doubt, volume)
            masks.append(name)
            if dicom_seg:
                masks.append(name.replace(".nii.gz", ".dcm"))
                write_segmentation(
                    folder / masks[-1], mask, path, data.classes, runs[0].config.name
                )
            logger.info(f"{volume.path}: {name} done ({number}/{len(volumes)})")
    return [output / name for name in masks]


def _volumes(path: Path, data: Data) -> list[tuple[str, Path]]:
    """Return the volumes of an input: the name of each mask, and the path to read."""
    if data.pictures:
        if not is_picture(path):
            raise DataError(f"{path}: an input's name must end in .png")
        return [(path.name, path)]
    if path.is_dir():
        return [(f"{id}.nii.gz", series.path) for id, series in list_series(path).items()]
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(
            f"{path}: an input's name must end in .nii or .nii.gz, or be a folder of DICOM series"
        )
    return [(path.name, path)]
