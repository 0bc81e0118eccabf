"""In which ranges the volumes of a store lie, so that input unlike them can be told."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from dscl_tf.data.store.slice_store import SliceStore
from dscl_tf.data.store.volume_entry import VolumeEntry
from dscl_tf.readers import Record

Ends = tuple[float, float]


class Ranges(Record):
    """The least and the greatest value over the volumes of a store.

    Attributes:
        pixel: size of a native pixel within a slice, in mm; in px of pictures.
        slice_spacing: from one slice to the next, likewise.
        field_of_view: sides of a native slice, likewise.
        slices: number of slices.
        intensities: the intensities that became 0 and 1, over all volumes.
        contrast: the distance between these two.
    """

    pixel: Ends
    slice_spacing: Ends
    field_of_view: Ends
    slices: Ends
    intensities: Ends
    contrast: Ends


def ranges_of(store: SliceStore) -> Ranges:
    """Return the ranges of all volumes of a store, by its index alone.

    >>> import tempfile
    >>> from dscl_tf.data.store import phantom_store
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = phantom_store(folder, patients=2)
    ...     ranges_of(store).slices
    (11.0, 14.0)
    """
    facts = [measures(entry) for entry in store.volumes.values()]
    names = Ranges.model_fields
    return Ranges(
        **{name: _ends(value for each in facts for value in each[name]) for name in names}
    )


def measures(entry: VolumeEntry) -> dict[str, tuple[float, ...]]:
    """Return what a volume is compared by, under the names of `Ranges`."""
    geometry, (low, high) = entry.geometry, entry.intensity_range
    sides = zip(geometry.plane, geometry.plane_spacing, strict=True)
    return {
        "pixel": geometry.plane_spacing,
        "slice_spacing": (geometry.slice_spacing,),
        "field_of_view": tuple(side * size for side, size in sides),
        "slices": (geometry.depth,),
        "intensities": (low, high),
        "contrast": (high - low,),
    }


def recorded_ranges(record: Mapping[str, Any]) -> Ranges | None:
    """Return the ranges that a run's record holds; None where it holds none that can be read."""
    try:
        return Ranges.model_validate(record.get("training_ranges"))
    except ValidationError:
        return None


def _ends(values: Iterable[float]) -> Ends:
    listed = list(values)
    return float(min(listed)), float(max(listed))
