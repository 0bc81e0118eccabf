"""The slice store: preprocessed slices of many volumes, memory-mapped, with an index.

images-VERSION.npy  (slices, rows, columns, channels) float32
masks-VERSION.npy   (slices, rows, columns) uint8; zeros where a volume has no mask
index.json          format number, version of the arrays, data settings, skipped volumes, and per
                    volume where its slices lie, its geometry, its files and their SHA-256

The index names its arrays, so that replacing this one file replaces the store.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.errors import DataError, one_line

FORMAT = 2


class OutdatedStoreError(DataError):
    """A store that an earlier version of the package wrote."""


@dataclass(frozen=True)
class VolumeEntry:
    """One volume of a store.

    Attributes:
        id: the data set's own id.
        first_slice: index of its first slice in the store's arrays.
        depth: number of slices.
        labelled: whether it has a mask.
        geometry: how its slices lead back to the file's voxels.
        source: absolute path of the image file, or of a file of its DICOM series.
        sha256: of the image file, or of the files of its series in order.
        mask_source: absolute path of the mask file, or None.
        mask_sha256: of the mask file, or None.
        intensity_range: the intensities that became 0 and 1.
        oriented: whether the header says how the axes lie in the body; where it does not, the
            volume was taken as stored.
    """

    id: str
    first_slice: int
    depth: int
    labelled: bool
    geometry: Geometry
    source: str
    sha256: str
    mask_source: str | None
    mask_sha256: str | None
    intensity_range: tuple[float, float]
    oriented: bool

    @property
    def slices(self) -> range:
        """Indices of the volume's slices in the store's arrays."""
        return range(self.first_slice, self.first_slice + self.depth)


@dataclass(frozen=True, eq=False)
class SliceStore:
    """An open slice store; the arrays are read-only memory maps.

    Attributes:
        directory: where it lies.
        images: (slices, rows, columns, channels) float32.
        masks: (slices, rows, columns) uint8.
        volumes: by id, in the order of their slices.
        settings: the data settings that it was prepared with.
        skipped: per volume that broke a rule and was left out, the error's message.
        version: a digest of the settings and the volumes' files.
    """

    directory: Path
    images: np.ndarray
    masks: np.ndarray
    volumes: dict[str, VolumeEntry]
    settings: dict[str, Any]
    skipped: dict[str, str]
    version: str

    @classmethod
    def open(cls, directory: str | Path) -> "SliceStore":
        """Open a store that `write_store` wrote.

        Raises:
            OutdatedStoreError: an earlier version of the package wrote the store.
            DataError: the directory or one of its files is missing or damaged, the format is
                unknown, or the arrays do not fit the index.
        """
        directory = Path(directory)
        if not directory.is_dir():
            raise DataError(f"{directory}: must be a slice store, got no such directory")
        index = _read_index(directory / "index.json")
        slices = sum(entry.depth for entry in index["volumes"].values())
        plane = tuple(index["settings"]["grid"])
        images_path, masks_path = array_paths(directory, index["version"])
        channels = Data.model_validate(index["settings"]).channels
        images = _map(images_path, (slices, *plane, channels), np.float32)
        masks = _map(masks_path, (slices, *plane), np.uint8)
        return cls(directory, images, masks, **index)

    @property
    def pictures(self) -> bool:
        """Whether it holds colour pictures, each a volume of one slice."""
        return Data.model_validate(self.settings).pictures

    def check_settings(self, data: Data) -> None:
        """Check that the store was prepared as `data` says.

        Raises:
            DataError: the message lists each setting that differs.
        """
        if differing := self.differing_settings(data):
            raise DataError(f"{self.directory}: prepared otherwise: {'; '.join(differing)}")

    def differing_settings(self, data: Data) -> list[str]:
        """Return a phrase for each setting of the store that is not as `data` says."""
        return [
            f"data.{name} is {self.settings.get(name)} in the store and {value} in the "
            "configuration"
            for name, value in settings_of(data).items()
            if self.settings.get(name) != value
        ]


def array_paths(directory: Path, version: str) -> tuple[Path, Path]:
    """Return where a store's images and masks lie."""
    return directory / f"images-{version}.npy", directory / f"masks-{version}.npy"


def settings_of(data: Data) -> dict[str, Any]:
    """Return the data settings as the index holds them."""
    return json.loads(data.model_dump_json())


def _read_index(path: Path) -> dict[str, Any]:
    """Return the fields of `SliceStore` that the index holds."""
    try:
        index = json.loads(path.read_text())
        _check_format(index["format"], path)
        volumes = [entry_from(fields) for fields in index["volumes"]]
        settings = settings_of(Data.model_validate(index["settings"]))
        skipped = {entry["id"]: entry["message"] for entry in index["skipped"]}
        version = str(index["version"])
    except FileNotFoundError as error:
        raise DataError(f"{path}: is missing, so this is no slice store") from error
    except DataError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise DataError(
            f"{path}: cannot be read as the index of a slice store: {one_line(error)}"
        ) from error
    first = 0
    for entry in volumes:
        if entry.first_slice != first or entry.depth != entry.geometry.depth:
            raise DataError(
                f"{path}: the slices of volume {entry.id} must start at {first}, got {entry.slices}"
            )
        first = entry.slices.stop
    return {
        "volumes": {entry.id: entry for entry in volumes},
        "settings": settings,
        "skipped": skipped,
        "version": version,
    }


def _check_format(number: int, path: Path) -> None:
    if number < FORMAT:
        raise OutdatedStoreError(
            f"{path}: the store's format must be {FORMAT}, got {number}, of an earlier version of "
            "dscl-tf; prepare it again with dscl-tf data prepare"
        )
    if number > FORMAT:
        raise DataError(f"{path}: the store's format must be {FORMAT}, got {number}")


def entry_from(fields: Mapping[str, Any]) -> VolumeEntry:
    """Read what `dataclasses.asdict` gave of a `VolumeEntry`, also after a trip through JSON."""
    geometry = Geometry.from_dict(fields["geometry"])
    low, high = fields["intensity_range"]
    return VolumeEntry(**{**fields, "geometry": geometry, "intensity_range": (low, high)})


def _map(path: Path, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    try:
        array = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        raise DataError(f"{path}: cannot be read as a NumPy array: {one_line(error)}") from error
    if array.shape != shape or array.dtype != dtype:
        raise DataError(
            f"{path}: must be {np.dtype(dtype)} {shape} as the index says, "
            f"got {array.dtype} {array.shape}"
        )
    return array
