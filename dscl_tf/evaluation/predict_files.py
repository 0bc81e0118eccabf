"""Predict files that are in no store."""

from collections.abc import Callable, Sequence
from pathlib import Path

from dscl_tf.data.preprocess import prepare_image
from dscl_tf.data.read import read_image, read_shape, write_mask
from dscl_tf.errors import DataError
from dscl_tf.evaluation.predict import predict_volume
from dscl_tf.files import atomic_directory
from dscl_tf.stages.finetuned import load_network
from dscl_tf.stages.run_directory import Run


def predict_files(
    run: Run, inputs: Sequence[Path], output: Path, progress: Callable[[str], None]
) -> list[Path]:
    """Write a mask for each file, on the file's own grid.

    Args:
        run: a finished fine-tuning run; its configuration prepares the volumes.
        inputs: NIfTI files (.nii or .nii.gz) with different names; for a network of pictures PNGs.
        output: the directory for the masks, each named as its input; it must not exist yet and
            appears only when all masks are written.
        progress: receives a line per file.

    Raises:
        DataError: a file breaks a rule, two share a name, or `output` exists.
    """
    names = [path.name for path in inputs]
    if repeated := sorted({name for name in names if names.count(name) > 1}):
        raise DataError(f"{repeated[0]}: inputs must have different names, got it twice")
    endings = (".png",) if run.config.data.pictures else (".nii", ".nii.gz")
    for path in inputs:  # before the first prediction, not hours into them
        if not path.name.endswith(endings):
            raise DataError(f"{path}: an input's name must end in {' or '.join(endings)}")
        read_shape(path)
    with atomic_directory(output) as folder:
        network = load_network(run)
        for number, path in enumerate(inputs, start=1):
            volume = read_image(path)
            slices, geometry = prepare_image(volume, run.config.data)
            mask, _ = predict_volume(network, slices, geometry)
            write_mask(folder / path.name, mask, volume)
            progress(f"{path}: done ({number}/{len(inputs)})")
    return [output / name for name in names]
