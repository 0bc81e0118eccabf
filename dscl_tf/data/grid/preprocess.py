"""From a volume to the slices that a network sees: bias, intensities, direction, grid."""

from dataclasses import replace

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.bias_correction import correct_bias
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.intensities import normalise, percentile_range
from dscl_tf.data.io.volume import Volume
from dscl_tf.errors import DataError


def normalise_volume(volume: Volume, data: Data) -> tuple[np.ndarray, tuple[float, float]]:
    """Correct the bias field where configured, then scale the intensities.

    Returns:
        float32 of the volume's shape, and the intensities that became 0 and 1. The colours of a
        picture are scaled by the same two, which keeps them.

    Raises:
        DataError: the two percentiles of the intensities are equal, or so close that scaled values
            overflow 32 bits; or N4 fails.

    >>> from pathlib import Path
    >>> array = np.arange(101.0).reshape(101, 1, 1)
    >>> image = Volume(array, np.eye(4), (1, 1, 1), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, spacing=(1, 1), grid=(8, 8), percentiles=(0, 50))
    >>> scaled, bounds = normalise_volume(image, data)
    >>> float(scaled.max()), bounds
    (2.0, (0.0, 50.0))
    """
    array = correct_bias(volume, data.bias_correction) if data.bias_correction else volume.array
    low, high = data.intensity_range or percentile_range(array, data.percentiles, volume.path)
    with np.errstate(over="ignore", invalid="ignore"):
        scaled = normalise(array, low, high)
    if not np.isfinite(scaled).all():
        raise DataError(
            f"{volume.path}: intensities must stay finite when {low:g} becomes 0 and {high:g} "
            f"becomes 1, got {array.min():g} to {array.max():g}"
        )
    return scaled, (low, high)


def normalise_channels(
    volume: Volume, data: Data
) -> tuple[np.ndarray, tuple[tuple[float, float], ...]]:
    """Do what `normalise_volume` does, for each of `data.channels` by itself.

    Returns:
        float32 of the volume's shape, and per channel the intensities that became 0 and 1; of a
        picture there is one such pair.

    Raises:
        DataError: as `normalise_volume` says.

    >>> from pathlib import Path
    >>> array = np.stack([np.arange(101.0), 10 * np.arange(101.0)], axis=-1).reshape(101, 1, 1, 2)
    >>> data = Data(
    ...     layout="msd", classes={1: "a"}, spacing=(1, 1), grid=(8, 8), channels=["T2", "ADC"]
    ... )
    >>> normalise_channels(Volume(array, np.eye(4), (1, 1, 1), Path("a.nii")), data)[1]
    ((1.0, 99.0), (10.0, 990.0))
    """
    if data.channel_count == 1 or data.pictures:
        scaled, ends = normalise_volume(volume, data)
        return scaled, (ends,)
    channels, ranges = [], []
    for channel, array in zip(data.channels or (), np.moveaxis(volume.array, -1, 0), strict=True):
        try:
            scaled, ends = normalise_volume(replace(volume, array=array), data)
        except DataError as error:
            raise DataError(f"{error}, in channel {channel.name}") from error
        channels.append(scaled)
        ranges.append(ends)
    return np.stack(channels, axis=-1), tuple(ranges)


def prepare_slices(array: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Bring an image to the training grid.

    Args:
        array: (X, Y, Z), or (X, Y, Z, channels).
        geometry: of the image.

    Returns:
        (slices, rows, columns, channels) float32; 0 beyond the image's edge.

    >>> from pathlib import Path
    >>> array = np.arange(240.0).reshape(10, 8, 3)
    >>> image = Volume(array, np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, spacing=(4, 4), grid=(6, 6))
    >>> prepare_slices(array, Geometry.of(image, data)).shape  # 10 by 8 voxels are 5 by 4 pixels
    (3, 6, 6, 1)
    """
    channels = array if array.ndim == 4 else array[..., None]
    return np.stack([geometry.to_grid(one) for one in np.moveaxis(channels, -1, 0)], axis=-1)


def prepare_image(volume: Volume, data: Data) -> tuple[np.ndarray, Geometry]:
    """Turn a volume into slices on the training grid.

    Beyond the volume's edge the slices hold 0, its low percentile.

    Returns:
        (slices, rows, columns, channels) float32, and the geometry, which maps back to the file.

    Raises:
        DataError: as `normalise_volume` says.

    >>> from pathlib import Path
    >>> array = np.arange(240.0).reshape(10, 8, 3)
    >>> image = Volume(array, np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, spacing=(4, 4), grid=(6, 6))
    >>> slices, geometry = prepare_image(image, data)
    >>> slices.shape, geometry.shape
    ((3, 6, 6, 1), (10, 8, 3))
    """
    array, _ = normalise_channels(volume, data)
    geometry = Geometry.of(volume, data)
    return prepare_slices(array, geometry), geometry


def prepare_mask(mask: np.ndarray, geometry: Geometry) -> np.ndarray:
    """Bring a mask to the training grid.

    Each label is resampled linearly, and each pixel takes the label with the largest share; where
    shares are equal, the lowest label.

    Args:
        mask: (X, Y, Z) uint8 in the file's voxels.
        geometry: of the image.

    Returns:
        (slices, rows, columns) uint8; background beyond the volume's edge.

    >>> from pathlib import Path
    >>> array = np.arange(240.0).reshape(10, 8, 3)
    >>> image = Volume(array, np.diag([-2, -2, 9, 1]), (2, 2, 9), Path("a.nii"))
    >>> data = Data(classes={1: "heart"}, spacing=(4, 4), grid=(6, 6))
    >>> mask = prepare_mask(np.ones((10, 8, 3), np.uint8), Geometry.of(image, data))
    >>> mask.shape, np.unique(mask)  # the grid is larger than the volume
    ((3, 6, 6), array([0, 1], dtype=uint8))
    """
    largest = geometry.to_grid(mask == 0, outside=1.0, smooth=False)
    labels = np.zeros(largest.shape, np.uint8)
    for label in range(1, int(mask.max()) + 1):
        share = geometry.to_grid(mask == label, smooth=False)
        labels[share > largest] = label
        largest = np.maximum(largest, share)
    return labels
