"""The slice store: preprocessed slices of many volumes, memory-mapped, with an index.

images.npy  (slices, rows, columns, channels) float32
masks.npy   (slices, rows, columns) uint8; zeros where a volume has no mask
index.json  format number, data settings, and per volume where its slices lie, its geometry,
            its files and their SHA-256
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.case import Case
from dscl_tf.data.geometry import Geometry
from dscl_tf.data.preprocess import normalise_volume, prepare_mask, prepare_slices
from dscl_tf.data.read import read_image, read_mask
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_directory

FORMAT = 1


@dataclass(frozen=True)
class VolumeEntry:
    """One volume of a store.

    Attributes:
        id: the data set's own id.
        first_slice: index of its first slice in the store's arrays.
        depth: number of slices.
        labelled: whether it has a mask.
        geometry: how its slices lead back to the file's voxels.
        source: absolute path of the image file.
        sha256: of the image file.
        mask_source: absolute path of the mask file, or None.
        mask_sha256: of the mask file, or None.
        intensity_range: the intensities that became 0 and 1.
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

    @property
    def slices(self) -> range:
        """Indices of the volume's slices in the store's arrays."""
        return range(self.first_slice, self.first_slice + self.depth)


@dataclass(frozen=True, eq=False)
class SliceStore:
    """An open slice store; the arrays are read-only memory maps."""

    directory: Path
    images: np.ndarray
    masks: np.ndarray
    volumes: dict[str, VolumeEntry]
    settings: dict[str, Any]

    @classmethod
    def open(cls, directory: str | Path) -> "SliceStore":
        """Open a store that `write_store` wrote.

        Raises:
            DataError: the directory or one of its files is missing or damaged, the format is
                another, or the arrays do not fit the index.
        """
        directory = Path(directory)
        if not directory.is_dir():
            raise DataError(f"{directory}: must be a slice store, got no such directory")
        volumes, settings = _read_index(directory / "index.json")
        slices = sum(entry.depth for entry in volumes.values())
        plane, channels = tuple(settings["grid"]), Data.model_validate(settings).channels
        images = _map(directory / "images.npy", (slices, *plane, channels), np.float32)
        masks = _map(directory / "masks.npy", (slices, *plane), np.uint8)
        return cls(directory, images, masks, volumes, settings)

    def check_settings(self, data: Data) -> None:
        """Check that the store was prepared as `data` says.

        Raises:
            DataError: the message lists each setting that differs.
        """
        wanted = _settings(data)
        if differing := [
            f"data.{name} is {self.settings.get(name)} in the store and {value} in the "
            "configuration"
            for name, value in wanted.items()
            if self.settings.get(name) != value
        ]:
            raise DataError(f"{self.directory}: prepared otherwise: {'; '.join(differing)}")


def write_store(
    cases: Sequence[Case],
    data: Data,
    directory: str | Path,
    *,
    progress: Callable[[str], None] | None = None,
) -> None:
    """Prepare volumes one after the other into a new slice store.

    Never more than one volume is in memory, and the store appears whole or not at all.

    Args:
        cases: the volumes, in the order in which their slices are stored.
        data: how to prepare them.
        directory: the store; it must not exist yet.
        progress: called with one line per volume.

    Raises:
        DataError: there is no case, two share an id, a file breaks a rule, `directory` exists, or
            it cannot be written.
    """
    ids = [case.id for case in cases]
    if not ids:
        raise DataError(f"{directory}: a store must hold at least one volume, got none")
    if repeated := sorted({id for id in ids if ids.count(id) > 1}):
        raise DataError(f"{directory}: volume ids must differ, got twice {', '.join(repeated)}")
    with atomic_directory(directory) as folder:
        entries: list[VolumeEntry] = []
        # Plain writes, not a writable memory map: on a full disk a map dies of a signal.
        images_path, masks_path = folder / "images.npy", folder / "masks.npy"
        with images_path.open("wb") as images, masks_path.open("wb") as masks:
            _write_npy_headers(0, data, images, masks)  # holds the place
            for case in cases:
                first = entries[-1].slices.stop if entries else 0
                entries.append(_write_volume(case, data, first, images, masks))
                if progress:
                    progress(f"{case.id}: {entries[-1].depth} slices ({len(entries)}/{len(ids)})")
            _write_npy_headers(entries[-1].slices.stop, data, images, masks)
        index = {
            "format": FORMAT,
            "settings": _settings(data),
            "volumes": [asdict(entry) for entry in entries],
        }
        (folder / "index.json").write_text(json.dumps(index, indent=1))


def _write_volume(
    case: Case, data: Data, first: int, images: IO[bytes], masks: IO[bytes]
) -> VolumeEntry:
    volume = read_image(case.image)
    mask = None
    if case.mask:
        mask = read_mask(case.mask, volume, data.classes, data.labels, data.unlisted_labels)
    array, intensity_range = normalise_volume(volume, data)
    geometry = Geometry.of(volume, data)
    slices = prepare_slices(array, geometry)  # (slices, rows, columns, channels)
    labels = np.zeros(slices.shape[:3], np.uint8) if mask is None else prepare_mask(mask, geometry)
    images.write(slices.tobytes())
    masks.write(labels.tobytes())
    return VolumeEntry(
        id=case.id,
        first_slice=first,
        depth=geometry.depth,
        labelled=case.mask is not None,
        geometry=geometry,
        source=str(case.image.resolve()),
        sha256=_sha256(case.image),
        mask_source=str(case.mask.resolve()) if case.mask else None,
        mask_sha256=_sha256(case.mask) if case.mask else None,
        intensity_range=intensity_range,
    )


def _write_npy_headers(slices: int, data: Data, images: IO[bytes], masks: IO[bytes]) -> None:
    """Write both headers at the start of the files; NumPy leaves room for the count to grow."""
    for file, shape, dtype in (
        (images, (slices, *data.grid, data.channels), np.float32),
        (masks, (slices, *data.grid), np.uint8),
    ):
        file.seek(0)
        header = {"descr": np.dtype(dtype).str, "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(file, header)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _settings(data: Data) -> dict[str, Any]:
    return json.loads(data.model_dump_json())


def _read_index(path: Path) -> tuple[dict[str, VolumeEntry], dict[str, Any]]:
    try:
        index = json.loads(path.read_text())
        if index["format"] != FORMAT:
            raise DataError(f"{path}: the store's format must be {FORMAT}, got {index['format']}")
        volumes = [_entry(fields) for fields in index["volumes"]]
        settings = _settings(Data.model_validate(index["settings"]))
    except FileNotFoundError as error:
        raise DataError(f"{path}: is missing, so this is no slice store") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = " ".join(str(error).split())
        raise DataError(
            f"{path}: cannot be read as the index of a slice store: {reason}"
        ) from error
    first = 0
    for entry in volumes:
        if entry.first_slice != first or entry.depth != entry.geometry.depth:
            raise DataError(
                f"{path}: the slices of volume {entry.id} must start at {first}, got {entry.slices}"
            )
        first = entry.slices.stop
    return {entry.id: entry for entry in volumes}, settings


def _entry(fields: dict[str, Any]) -> VolumeEntry:
    geometry = Geometry.from_dict(fields["geometry"])
    low, high = fields["intensity_range"]
    return VolumeEntry(**{**fields, "geometry": geometry, "intensity_range": (low, high)})


def _map(path: Path, shape: tuple[int, ...], dtype: type) -> np.ndarray:
    try:
        array = np.load(path, mmap_mode="r")
    except (OSError, ValueError, EOFError) as error:
        reason = " ".join(str(error).split())
        raise DataError(f"{path}: cannot be read as a NumPy array: {reason}") from error
    if array.shape != shape or array.dtype != dtype:
        raise DataError(
            f"{path}: must be {np.dtype(dtype)} {shape} as the index says, "
            f"got {array.dtype} {array.shape}"
        )
    return array
