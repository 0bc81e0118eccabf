"""Prepared volumes, each made from its files and kept in a folder until the store is whole."""

import contextlib
import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from dscl_tf.config import Data
from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.preprocess import normalise_volume, prepare_mask, prepare_slices
from dscl_tf.data.io.files import read_image, read_mask
from dscl_tf.data.layouts.case import Case
from dscl_tf.data.store.digests import Digests
from dscl_tf.data.store.npy import write_npy
from dscl_tf.data.store.slice_store import FORMAT, VolumeEntry, entry_from, settings_of
from dscl_tf.errors import DataError
from dscl_tf.files import atomic_write

PART = "[0-9a-f]{32}"  # the name of a part


@dataclass(frozen=True, eq=False)
class Part:
    """A prepared volume.

    Attributes:
        images: (slices, rows, columns, channels) float32.
        masks: (slices, rows, columns) uint8; zeros where it has no mask.
        entry: what a store's index says of it; its first slice is 0.
    """

    images: np.ndarray
    masks: np.ndarray
    entry: VolumeEntry


def prepare_case(case: Case, digests: Digests, data: Data) -> Part:
    """Read and prepare one volume.

    Raises:
        DataError: a file breaks a rule.
    """
    volume = read_image(case.image, data)
    mask = read_mask(case.mask, volume, data) if case.mask else None
    array, intensity_range = normalise_volume(volume, data)
    geometry = Geometry.of(volume, data)
    slices = prepare_slices(array, geometry)  # (slices, rows, columns, channels)
    labels = np.zeros(slices.shape[:3], np.uint8) if mask is None else prepare_mask(mask, geometry)
    entry = VolumeEntry(
        id=case.id,
        first_slice=0,
        depth=geometry.depth,
        labelled=case.mask is not None,
        geometry=geometry,
        source=str(case.image.absolute()),
        sha256=digests.image,
        mask_source=str(case.mask.absolute()) if case.mask else None,
        mask_sha256=digests.mask,
        intensity_range=intensity_range,
        oriented=volume.oriented,
    )
    return Part(slices, labels, entry)


def save_part(part: Part, folder: Path) -> None:
    """Write a part; `folder` appears whole or not at all, also when the process is killed."""
    temporary = folder.with_name(f"{folder.name}.tmp")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    for name, array in (("images", part.images), ("masks", part.masks)):
        write_npy(temporary / f"{name}.npy", [array], array.shape, array.dtype)
    with atomic_write(temporary / "entry.json", "w") as file:  # on disk before the folder's name
        json.dump(asdict(part.entry), file)
    temporary.rename(folder)


def load_entry(folder: Path) -> VolumeEntry:
    """Read the entry of what `save_part` wrote."""
    return entry_from(json.loads((folder / "entry.json").read_text()))


@dataclass(frozen=True)
class Parts:
    """The folder of parts of one store, `STORE.partial`; it exists only while there are any."""

    root: Path

    def folder(self, case: Case, digests: Digests | DataError, data: Data) -> Path:
        """Return where a part lies: elsewhere as soon as it would be another."""
        made_from = [FORMAT, settings_of(data), case.id, str(digests)]
        return self.root / hashlib.sha256(json.dumps(made_from).encode()).hexdigest()[:32]

    def count(self) -> int:
        """Return how many parts are finished."""
        names = (path.name for path in self.root.glob("*"))
        return sum(bool(re.fullmatch(PART, name)) for name in names)

    @contextlib.contextmanager
    def assembled(self) -> Iterator[Path]:
        """Give an empty folder for the whole store; it is gone at the end, unless renamed."""
        folder = self.root / "store"
        folder.mkdir(parents=True)
        try:
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def clear(self, keep: Collection[Path] = ()) -> None:
        """Remove what interrupted runs left, but for the parts `keep`."""
        for path in self.root.glob("*"):
            if path not in keep and re.fullmatch(rf"{PART}|{PART}\.tmp|store", path.name):
                shutil.rmtree(path, ignore_errors=True)
        with contextlib.suppress(OSError):
            self.root.rmdir()  # where empty
