"""`model.json` in an export's `assets.extra/`: how a client in any language feeds the network.

Some keys are for people: `normalisation`, `orientation`, `geometry` and `rows` are sentences, and
`model`, `grid`, `channels`, `spacing_mm` (`spacing_px` of pictures), `classes`, `percentiles` or
`intensity_range`, `bias_corrected` and `slice_axis` are the values that the sentences speak of.

The keys below say the same to programs. `schema` is their version: later releases may add keys to
it, but none changes its meaning. A client normalises a volume, cuts it into slices, resamples them
and sends them to a signature.

`normalise`: intensities become (image - low) / (high - low).

* `kind`: with "percentiles", `low` and `high` are percentiles of all voxels of the native volume,
  by linear interpolation between the sorted values. With "range" they are intensities.
* `clip`: whether the result is clipped to [0, 1].
* `by_channel`: true where each of `sequences` has a `low` and `high` of its own; else left out.
* `outside`: the normalised value of what lies beyond the volume's edge.
* `bias_correction`: null, or the settings of N4 (Tustison et al. 2010; ITK's filter), which comes
  before all else: the `threshold` of convergence, `iterations` per level, the `mask` of tissue by
  Otsu's threshold, and the factors to `shrink` the file's three axes by while the field is fitted.

`sequences`: what the channels of a volume show, in their order along the last axis of a slice: the
`name` and the `number` that it has in nnU-Net's names of files (NAME_0000) and on the fourth axis
of a 4-D file. All lie on the grid of the first. Left out where they have no names.

`slices`, with `kind` "volume": which axis of the file counts slices, and the direction of the body
in which rows, columns and slices are counted. A row is the first index of a slice, a column the
second.

* `axis`: "axial", "coronal" or "sagittal" is the file's axis nearest to the vector that `normal` of
  `rule` has for it. "third" is the file's third axis. "auto" is the axis with the largest spacing
  if that is at least `coarser` times the second largest (their ratio rounded to three decimals),
  and "axial" if not.
* `directions`: the answer for slices along the axes of the body, per kind of slice that may occur.
* `rule`: the answer for slices in any direction. Its vectors are in the `frame` of NIfTI's affines:
  right, anterior, superior.

  1. n is the unit vector along the axis that counts slices, reversed unless n.counting > 0.
  2. r and c are `rows` and `columns`, each v replaced by v - (n.v) / (1 + b.n) * (b + n), where b
     is `back`.
  3. At once, r becomes r + lean * c, and c becomes c - lean * r.
  4. The file's other two axes, each as it is or reversed, become rows (unit vector u) and columns
     (w) in the one of the four ways with u x w = n whose u.r + w.c is largest.

* `without_orientation`: the file's axes to take if its header does not say how they lie.

`slices`, with `kind` "picture": rows are counted downwards and columns to the right; `channels` are
those of a pixel.

`resample`: per axis of a slice, factor = `spacing` / spacing of the file in `unit` (1 per pixel of
a picture), native = pixels of the file, side = pixels of `grid`.

* `blur_sigma`: if factor is above 1, the sigma in native pixels of a Gaussian to blur with first.
  It ends at `blur_truncate` sigmas, and the slice's edge is repeated beyond the slice.
* `first`: the native index of the grid's first pixel; rounded (halves upwards) if factor is closer
  than `same_spacing` to 1.
* `order`: pixel i of the grid is interpolated at first + factor * i; order 1 is linear. Beyond the
  slice all pixels are `outside`.
* `back`: how class probabilities return to the file's pixels: pixel j is interpolated at
  (j - first) / factor of the grid, beyond which class k has the probability `outside`[k]. A pixel's
  label is its most probable class.

`components`: by which rules the masks of whole volumes lose connected components, islands far from
the organ, before they are what the run was measured by; no signature does, since each sees single
slices. Left out where there are none. Voxels are connected by face, edge and corner.

* `rules`: by class. "large" keeps the largest component and those of at least `large` of its
  voxels. "near" keeps those that come within `distance` mm of the class that `near` names, all if
  there is none. "large near" keeps what both keep.

`signatures`: for each signature, the name, `dtype` and `shape` of its `inputs` and `outputs`; null
is any number. Rows are independent: one that cannot be answered has `valid` false, `label` -1 and
NaN for `probabilities`, whatever the others hold. For `serving_raw` the client leaves the scaling
to the server: it resamples what is not normalised, with the volume's `low` as `outside`, and sends
`low` and `high` where these are inputs.

`format`: the kind of model that the signatures are of, "saved_model", "openvino" or "litert".
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from dscl_tf.data.grid import orientation
from dscl_tf.data.grid.geometry import SAME_SPACING
from dscl_tf.export import prose
from dscl_tf.export.formats import Format
from dscl_tf.export.preparation import Preparation

SCHEMA = 1
DIRECTIONS = {
    "axial": {"rows": "left", "columns": "posterior", "slices": "superior"},
    "coronal": {"rows": "left", "columns": "inferior", "slices": "posterior"},
    "sagittal": {"rows": "posterior", "columns": "inferior", "slices": "right"},
}


def describe(
    name: str,
    grid: tuple[int, int],
    channels: int,
    classes: Mapping[int, str],
    preparation: Preparation,
    signatures: Mapping[str, Any],
    format: Format = "saved_model",
    components: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the contents of `model.json`.

    Args:
        name: the model's.
        grid: (rows, columns) of the training grid.
        channels: of a slice.
        classes: label to name, without the background 0.
        preparation: how volumes became slices.
        signatures: as `signatures.describe_signatures` gives them.
        format: which kind of file lies beside it.
        components: the key of that name, None for none.

    >>> facts = describe("heart", (64, 64), 1, {1: "wall"}, Preparation((1.5, 1.5)), {})
    >>> facts["classes"], facts["spacing_mm"], facts["resample"]["back"]["outside"]
    ({'0': 'background', '1': 'wall'}, [1.5, 1.5], [1.0, 0.0])
    >>> facts["normalise"]["kind"], facts["normalise"]["low"], facts["normalise"]["high"]
    ('percentiles', 1.0, 99.0)
    """
    ends = (
        {"intensity_range": list(preparation.intensity_range)}
        if preparation.intensity_range
        else {"percentiles": list(preparation.percentiles)}
    )
    sequences = [{"name": one.name, "number": one.number} for one in preparation.channels or ()]
    of_volumes = {
        "slice_axis": preparation.slice_axis,
        "orientation": prose.SLICES_OF[preparation.slice_axis],
    }
    return {
        "model": name,
        "grid": list(grid),
        "channels": channels,
        **({"sequences": sequences} if sequences else {}),
        f"spacing_{preparation.unit}": list(preparation.spacing),
        "classes": {"0": "background"} | {str(label): name for label, name in classes.items()},
        **ends,
        "normalisation": prose.normalisation(preparation),
        "bias_corrected": preparation.bias_correction is not None,
        **(of_volumes if preparation.unit == "mm" else {}),
        "geometry": prose.geometry(preparation),
        "schema": SCHEMA,
        "normalise": _normalise(preparation),
        "slices": _slices(preparation),
        "resample": _resample(grid, len(classes) + 1, preparation),
        **({"components": dict(components)} if components else {}),
        "signatures": dict(signatures),
        "format": format,
        "rows": prose.ROWS,
    }


def _normalise(preparation: Preparation) -> dict[str, Any]:
    ends = preparation.intensity_range
    low, high = ends or preparation.percentiles
    settings = preparation.bias_correction
    return {
        "kind": "range" if ends else "percentiles",
        "low": low,
        "high": high,
        **({"by_channel": True} if preparation.several and not ends else {}),
        "clip": False,
        "outside": 0.0,
        "bias_correction": settings
        and {
            "method": "N4",
            "mask": "otsu",
            "threshold": settings.threshold,
            "iterations": list(settings.iterations),
            "shrink": [settings.shrink_factor, settings.shrink_factor, 1],
        },
    }


def _slices(preparation: Preparation) -> dict[str, Any]:
    if preparation.unit == "px":
        channels = ["red", "green", "blue"]
        return {"kind": "picture", "rows": "down", "columns": "right", "channels": channels}
    axis = preparation.slice_axis
    return {
        "kind": "volume",
        "axis": axis,
        "coarser": orientation.CLEARLY_COARSER,
        "directions": {axis: DIRECTIONS[axis]} if axis in DIRECTIONS else DIRECTIONS,
        "rule": {
            "frame": "RAS",
            "normal": {name: _vector(normal) for name, normal in orientation.NORMAL.items()},
            "counting": _vector(orientation.COUNTING),
            "rows": _vector(orientation.LEFT),
            "columns": _vector(orientation.DOWN),
            "back": _vector(orientation.BACK),
            "lean": orientation.LEAN,
        },
        "without_orientation": {"rows": 0, "columns": 1, "slices": 2},
    }


def _vector(direction: np.ndarray) -> list[float]:
    return [float(value) for value in direction]


def _resample(grid: tuple[int, int], classes: int, preparation: Preparation) -> dict[str, Any]:
    return {
        "grid": list(grid),
        "spacing": list(preparation.spacing),
        "unit": preparation.unit,
        "blur_sigma": "(factor - 1) / 2",
        "blur_truncate": 4.0,
        "first": "(native - 1) / 2 - factor * (side - 1) / 2",
        "same_spacing": SAME_SPACING,
        "order": 1,
        "outside": 0.0,
        "back": {"order": 1, "outside": [1.0] + [0.0] * (classes - 1)},
    }
