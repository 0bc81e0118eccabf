"""What a store's index and mask say about one volume."""

import math
from dataclasses import dataclass

import numpy as np
from nibabel.orientations import aff2axcodes, io_orientation

from dscl_tf.data.store import SliceStore, VolumeEntry


@dataclass(frozen=True)
class VolumeFacts:
    """One volume.

    A picture is a volume of one slice whose pixels stand for mm, so that 1 ml is 1000 pixels.

    Attributes:
        id: the data set's own id.
        slices: number of slices.
        first_slice: index of the first one in the store.
        shape: (X, Y, Z) of the file.
        spacing: mm per voxel along X, Y, Z.
        plane_spacing: mm per voxel within a slice, (rows, columns).
        slice_spacing: mm from one slice to the next.
        orientation: where the file's axes point, such as "LPS"; else "unknown".
        oriented: whether the file's header says so; if not, the axes were taken as stored.
        slice_axis: "sagittal", "coronal" or "axial" slices, by the header; else "unknown".
        intensity_range: the intensities that became 0 and 1: the configured percentiles.
        labelled: whether it has a mask.
        volumes_ml: ml of each class by its name, in the mask's file; on the training grid where
            `counted` is False. Empty without a mask.
        grid_ml: ml of each class on the training grid by its name; empty without a mask.
        outside: the share of each class's voxels that lies outside the training grid, by its name;
            classes that the mask lacks are left out.
        counted: whether the index holds the voxels of the mask's file, which stores of version
            0.1 do not.
        not_finite: number of NaN or infinite voxels that were taken as background; None where it
            was not counted.
        sha256: of the image file.
        mask_sha256: of the mask file, or None.

    The facts of the first volume of an open store::

        facts = inspect_store(store, config).volumes[0]
        facts.id, facts.slices, facts.plane_spacing, facts.volumes_ml
    """

    id: str
    slices: int
    first_slice: int
    shape: tuple[int, int, int]
    spacing: tuple[float, float, float]
    plane_spacing: tuple[float, float]
    slice_spacing: float
    orientation: str
    oriented: bool
    slice_axis: str
    intensity_range: tuple[float, float]
    labelled: bool
    volumes_ml: dict[str, float]
    grid_ml: dict[str, float]
    outside: dict[str, float]
    counted: bool
    not_finite: int | None
    sha256: str
    mask_sha256: str | None


def volume_facts(store: SliceStore, entry: VolumeEntry) -> VolumeFacts:
    """Describe one volume of a store; its mask is read, its image is not."""
    geometry = entry.geometry
    names = {int(label): name for label, name in store.settings["classes"].items()}
    counts = entry.label_counts
    grid_ml = _grid_ml(store, entry, names) if entry.labelled else {}
    return VolumeFacts(
        id=entry.id,
        slices=entry.depth,
        first_slice=entry.first_slice,
        shape=geometry.shape,
        spacing=geometry.spacing,
        plane_spacing=geometry.plane_spacing,
        slice_spacing=geometry.slice_spacing,
        orientation=_orientation(entry),
        oriented=entry.oriented,
        slice_axis=slice_axis(entry),
        intensity_range=entry.intensity_range,
        labelled=entry.labelled,
        volumes_ml=grid_ml if counts is None else _native_ml(entry, names),
        grid_ml=grid_ml,
        outside={names[count.label]: count.lost for count in counts or ()},
        counted=counts is not None,
        not_finite=entry.not_finite,
        sha256=entry.sha256,
        mask_sha256=entry.mask_sha256,
    )


def slice_axis(entry: VolumeEntry) -> str:
    """Return how the slices lie in the body: "sagittal", "coronal", "axial" or "unknown".

    It is unknown where the file's header does not say how its axes lie.
    """
    if not entry.oriented:
        return "unknown"
    geometry = entry.geometry
    through = [axis for axis, _ in geometry.orientation].index(2)
    body = int(io_orientation(np.array(geometry.affine))[through, 0])
    return ("sagittal", "coronal", "axial")[body]


def _orientation(entry: VolumeEntry) -> str:
    codes = aff2axcodes(np.array(entry.geometry.affine))
    return "".join(codes) if entry.oriented else "unknown"


def _native_ml(entry: VolumeEntry, names: dict[int, str]) -> dict[str, float]:
    if not entry.labelled:
        return {}
    millilitres = math.prod(entry.geometry.spacing) / 1000
    native = {count.label: count.native for count in entry.label_counts or ()}
    return {name: native.get(label, 0) * millilitres for label, name in names.items()}


def _grid_ml(store: SliceStore, entry: VolumeEntry, names: dict[int, str]) -> dict[str, float]:
    rows, columns = entry.geometry.grid_spacing
    millilitres = rows * columns * entry.geometry.slice_spacing / 1000
    mask = store.masks[entry.first_slice : entry.slices.stop]
    pixels = np.bincount(mask.ravel(), minlength=256)
    return {name: float(pixels[label] * millilitres) for label, name in names.items()}
