"""One volume, prepared from its files and saved in a folder until the store is complete."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import DTypeLike

from dscl_tf.config import Data
from dscl_tf.data.grid import (
    Geometry,
    LabelCount,
    count_labels,
    normalise_channels,
    prepare_mask,
    prepare_slices,
)
from dscl_tf.data.io import read_image, read_mask
from dscl_tf.data.layouts import Case
from dscl_tf.data.store.checksum import checksum_of
from dscl_tf.data.store.digests import Digests, case_digests
from dscl_tf.data.store.npy import write_npy
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.errors import DataError
from dscl_tf.files import whole_directory, whole_file
from dscl_tf.readers import read_json
from dscl_tf.readers.npz_file import map_npy


@dataclass(frozen=True, eq=False)
class PreparedVolume:
    """A prepared volume.

    Attributes:
        images: (slices, rows, columns, channels) float32, or float16 where `data.dtype` says so.
        masks: (slices, rows, columns) uint8; zeros where it has no mask.
        entry: its entry in a store's index, as if it were the only volume.
    """

    images: np.ndarray
    masks: np.ndarray
    entry: VolumeEntry

    def save(self, folder: Path) -> None:
        """Write images, masks and entry; `folder` appears whole or not at all.

        Raises:
            OSError: the disk is full.
        """
        with whole_directory(folder) as place:
            for name, array in (("images", self.images), ("masks", self.masks)):
                with whole_file(place / f"{name}.npy") as file:
                    write_npy(file, [array], array.shape, array.dtype)
            with whole_file(place / "entry.json", "w") as file:
                json.dump(asdict(self.entry), file)


def prepare_volume(case: Case, digests: Digests, data: Data) -> PreparedVolume:
    """Read and prepare one volume.

    Args:
        case: the volume, by absolute paths.
        digests: SHA-256 of its files, taken before. They are taken again after the files were
            read, in the same process, so that the entry names the content that was prepared.
        data: how to prepare it.

    Raises:
        DataError: a file breaks a rule, or has changed since `digests` were taken.
    """
    volume = read_image(case.image, data, case.further)
    mask = read_mask(case.mask, volume, data) if case.mask else None
    if case_digests(case) != digests:
        raise DataError(f"{case.image}: must stay as it is while it is prepared, but has changed")
    array, ranges = normalise_channels(volume, data)
    geometry = Geometry.of(volume, data)
    # (slices, rows, columns, channels)
    slices = _as_stored(prepare_slices(array, geometry), data, case.image)
    labels = np.zeros(slices.shape[:3], np.uint8) if mask is None else prepare_mask(mask, geometry)
    entry = VolumeEntry(
        id=case.id,
        first_slice=0,
        depth=geometry.depth,
        labelled=case.mask is not None,
        geometry=geometry,
        source=str(case.image),
        sha256=digests.image,
        mask_source=str(case.mask) if case.mask else None,
        mask_sha256=digests.mask,
        intensity_range=ranges[0],
        oriented=volume.oriented,
        label_counts=() if mask is None else count_labels(mask, geometry),
        not_finite=volume.not_finite,
        checksum=checksum_of(slices, labels),
        further_sources=tuple(map(str, case.further)),
        further_ranges=ranges[1:],
    )
    return PreparedVolume(slices, labels, entry)


def _as_stored(slices: np.ndarray, data: Data, path: Path) -> np.ndarray:
    """Return slices in the dtype in which they are stored."""
    largest = float(np.finfo(data.dtype).max)
    if (highest := float(np.abs(slices).max())) > largest:
        raise DataError(
            f"{path}: scaled intensities must be at most {largest:g} to be stored as "
            f"`data.dtype` {data.dtype}, got {highest:g}"
        )
    return slices.astype(data.dtype, copy=False)


def count_labels_of(case: Case, data: Data) -> tuple[LabelCount, ...]:
    """Count the labelled voxels of a volume, for a store whose index lacks them.

    Raises:
        DataError: a file breaks a rule.
    """
    if case.mask is None:
        return ()
    volume = read_image(case.image, data, case.further)
    return count_labels(read_mask(case.mask, volume, data), Geometry.of(volume, data))


def load_entry(folder: Path) -> VolumeEntry:
    """Read the entry of a volume that was saved in `folder`.

    Raises:
        DataError: it is missing or damaged.
    """
    return read_json(folder / "entry.json", VolumeEntry)


def load_array(folder: Path, name: str, dtype: DTypeLike = np.float32) -> np.ndarray:
    """Map the "images" or "masks" of a volume that was saved in `folder`.

    Args:
        folder: where the volume was saved.
        name: which of them.
        dtype: of the images.

    Raises:
        DataError: the array is missing or damaged, or does not fit the volume's entry.
    """
    entry = load_entry(folder)
    plane = (entry.depth, *entry.geometry.grid)
    if name == "masks":
        return map_npy(folder / "masks.npy", plane, np.uint8)
    return map_npy(folder / f"{name}.npy", (*plane, None), dtype)
