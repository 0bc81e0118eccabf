"""Predict files and DICOM series that are in no store."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dscl_tf.config import Data
from dscl_tf.data.dicom.segmentation import require_highdicom, write_segmentation
from dscl_tf.data.layouts.dicom import list_series
from dscl_tf.data.preprocess import prepare_image
from dscl_tf.data.read import is_picture, read_image, read_shape, write_mask
from dscl_tf.errors import DataError, UsageError
from dscl_tf.evaluation.predict import predict_volume
from dscl_tf.files import atomic_directory
from dscl_tf.stages.finetuned import load_network
from dscl_tf.stages.run_directory import Run


def predict_files(
    run: Run,
    inputs: Sequence[Path],
    output: Path,
    progress: Callable[[str], None],
    *,
    dicom_seg: bool = False,
) -> list[Path]:
    """Write a mask of class numbers for each file and each DICOM series, on its own grid.

    Args:
        run: a finished fine-tuning run; its configuration prepares the volumes and says which
            channel of a 4-D file to use.
        inputs: NIfTI files (.nii or .nii.gz) and folders of DICOM series, with different names;
            for a network of pictures PNGs.
        output: the directory for the masks, each named as its file or as the id that `list_series`
            gives its series; it must not exist yet and appears only when all masks are written.
        progress: receives a line per volume.
        dicom_seg: also write each mask as a DICOM SEG, ID.dcm; all inputs must be DICOM.

    Raises:
        DataError: a file breaks a rule, two share a name, or `output` exists.
        UsageError: `dicom_seg` without highdicom, or with a file.
    """
    data = run.config.data
    if dicom_seg:
        require_highdicom()
        if files := [path for path in inputs if not path.is_dir()]:
            raise UsageError(f"--dicom-seg: needs folders of DICOM series, got {files[0]}")
    volumes = [volume for path in inputs for volume in _volumes(path, data, progress)]
    names = [name for name, _ in volumes]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{repeated[0]}: inputs must have different names, got it twice")
    for _, path in volumes:  # before the first prediction, not hours into them
        read_shape(path, data)
    masks: list[str] = []
    with atomic_directory(output) as folder:
        network = load_network(run)
        for number, (name, path) in enumerate(volumes, start=1):
            volume = read_image(path, data)
            slices, geometry = prepare_image(volume, data)
            mask, _ = predict_volume(network, slices, geometry)
            write_mask(folder / name, mask, volume)
            masks.append(name)
            if dicom_seg:
                masks.append(name.replace(".nii.gz", ".dcm"))
                write_segmentation(folder / masks[-1], mask, path, data.classes, run.config.name)
            progress(f"{volume.path}: {name} done ({number}/{len(volumes)})")
    return [output / name for name in masks]


def _volumes(path: Path, data: Data, progress: Callable[[str], None]) -> list[tuple[str, Path]]:
    """Return the volumes of an input: the name of each mask, and the path to read."""
    if data.pictures:
        if not is_picture(path):
            raise DataError(f"{path}: an input's name must end in .png")
        return [(path.name, path)]
    if path.is_dir():
        return [(f"{id}.nii.gz", series.path) for id, series in list_series(path, progress).items()]
    if not path.name.endswith((".nii", ".nii.gz")):
        raise DataError(
            f"{path}: an input's name must end in .nii or .nii.gz, or be a folder of DICOM series"
        )
    return [(path.name, path)]
