"""Which way the slices of volumes run through the body."""

from collections.abc import Iterable

import numpy as np

from dscl_tf.data.store import VolumeEntry

# Of nibabel's axes: where they come from and where they point.
_SIDES = (("left", "right"), ("back", "front"), ("feet", "head"))


def slice_direction(entries: Iterable[VolumeEntry]) -> str:
    """Return which way slices run, by the headers, as a phrase; "" where that is not known.

    It is not known where a header does not say how the axes lie, and where volumes differ.

    The direction of an open store's volumes::

        slice_direction(store.volumes.values())  # "from the feet to the head"

    Args:
        entries: the volumes.
    """
    found = {_direction(entry) for entry in entries}
    return found.pop() if len(found) == 1 else ""


def _direction(entry: VolumeEntry) -> str:
    if not entry.oriented:
        return ""
    geometry = entry.geometry
    through = [axis for axis, _ in geometry.orientation].index(2)
    _, sign = geometry.orientation[through]
    step = sign * np.array(geometry.affine)[:3, through]  # mm from one slice to the next
    body = int(np.abs(step).argmax())
    first, last = _SIDES[body] if step[body] > 0 else _SIDES[body][::-1]
    return f"from the {first} to the {last}"
