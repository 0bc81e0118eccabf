"""Several sequences of one patient as the channels of one volume, all on the grid of the first."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.io.headers import channel_count, read_place
from dscl_tf.data.io.kinds import VOLUMES
from dscl_tf.data.io.nifti.mask import placed_values
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError


def read_channels(files: Sequence[Path], data: Data) -> Volume:
    """Read the channels of a volume.

    Args:
        files: one per channel in the order of `data.channels`, or a single 4-D file.
        data: names the channels.

    Returns:
        an array (X, Y, Z, channels), and place and header of the first channel. The other files may
        store their axes in another order or direction.

    Raises:
        DataError: a file breaks a rule, or does not lie on the grid of the first.

    >>> import tempfile
    >>> import nibabel as nib
    >>> data = Data(
    ...     layout="msd", classes={1: "a"}, spacing=(1, 1), grid=(8, 8), channels=["T2", "ADC"]
    ... )
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     files = [Path(folder, name) for name in ("t2.nii", "adc.nii")]
    ...     for file in files:
    ...         nib.save(nib.Nifti1Image(np.arange(24.0).reshape(2, 3, 4), np.eye(4)), file)
    ...     read_channels(files, data).array.shape
    (2, 3, 4, 2)
    """
    if len(files) == 1:
        _check_fourth_axis(files[0], data)
        numbers = [channel.number for channel in data.channels or ()]
        images = [VOLUMES.read_image(files[0], _alone(data, number)) for number in numbers]
        arrays = [image.array for image in images]
    else:
        images = [VOLUMES.read_image(file, _alone(data)) for file in files]
        arrays = [images[0].array, *(_placed(image, images[0]) for image in images[1:])]
    replaced = sum(image.not_finite for image in images)
    return replace(images[0], array=np.stack(arrays, axis=-1), not_finite=replaced)


def read_channels_shape(files: Sequence[Path], data: Data) -> tuple[int, int, int]:
    """Read the shape (X, Y, Z) of all channels from their headers, and check what these say.

    Args:
        files: as `read_channels` takes them.
        data: names the channels.

    Raises:
        DataError: a header breaks a rule, or places its voxels elsewhere than the first.
    """
    if len(files) == 1:
        _check_fourth_axis(files[0], data)
    first, *others = [read_place(file, _alone(data, 0)) for file in files]
    for other in others:
        _placed(other, first)
    x, y, z = first.array.shape
    return x, y, z


def channel_names(data: Data) -> str:
    """Return the channels in words, for messages.

    >>> data = Data(layout="msd", classes={1: "a"}, spacing=(1, 1), grid=(8, 8), channels=["T2"])
    >>> channel_names(data)
    'T2 (0)'
    """
    return ", ".join(f"{one.name} ({one.number})" for one in data.channels or ())


def _alone(data: Data, number: int | None = None) -> Data:
    """Return settings that read one channel, of a 4-D file the one of this number."""
    return data.model_copy(update={"channels": None, "channel": number})


def _check_fourth_axis(path: Path, data: Data) -> None:
    count = channel_count(path)
    last = max(channel.number for channel in data.channels or ())
    if count <= last or count == 1:
        raise DataError(
            f"{path}: must hold the channels {channel_names(data)} of data.channels along its "
            f"fourth axis, or be one of a file for each, got a file of {count} channel"
            f"{'s' if count > 1 else ''}"
        )


def _placed(image: Volume, first: Volume) -> np.ndarray:
    """Return the values of a channel with axes as those of the first, on whose grid they lie."""
    try:
        return placed_values(image.array, image.affine, image.path, first)
    except DataError as error:
        raise DataError(
            f"{error}; the channels of a patient must lie on one grid: resample {image.path} onto "
            f"that of {first.path}"
        ) from error
