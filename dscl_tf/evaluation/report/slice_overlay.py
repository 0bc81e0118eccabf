"""Slices of a volume: the image, the reference beside the prediction, and the mistakes."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.orientation import to_canonical
from dscl_tf.evaluation.report.mistakes import painted
from dscl_tf.figures import class_colours, to_png

ROWS = ("image", "reference, prediction", "mistakes")
WIDTH, LEFT, TOP = 2.2, 0.26, 0.28  # inches: a slice, and the room for names beside and above
MARGIN = 0.2  # of the organ's size, around it


def pick_slices(mask: np.ndarray, count: int = 4) -> list[int]:
    """Return up to `count` evenly spread slice indices (last axis) among those with any label.

    Of a mask (X, Y, Z) without labels, the middle slice.

    >>> pick_slices(np.ones((2, 2, 8)))
    [1, 3, 5, 7]
    """
    labelled = np.flatnonzero(mask.any(axis=(0, 1)))
    if not labelled.size:
        return [mask.shape[-1] // 2]
    # The middles of `count` equal shares: the tips of an organ say little.
    shares = (np.arange(count) + 0.5) / count
    return sorted({int(labelled[int(share * labelled.size)]) for share in shares})


def overlay_strip(
    image: np.ndarray,
    prediction: np.ndarray,
    reference: np.ndarray,
    geometry: Geometry,
    classes: Mapping[int, str],
    slices: Sequence[int] | None = None,
) -> bytes:
    """Return a PNG with a column per slice and the rows that `ROWS` names.

    The reference is a translucent area, the prediction a line of the same colour; below, mistakes
    have the colours of `mistakes.MISTAKES`. All slices show the same window, see `window`, as a
    radiologist sees it: the patient's left on the right, the front above.

    Args:
        image: (X, Y, Z) intensities.
        prediction: (X, Y, Z) labels.
        reference: (X, Y, Z) labels.
        geometry: how the volume was cut into slices.
        classes: label to name, without the background 0.
        slices: indices along the slice axis of the file; default: `pick_slices` of the reference.
    """
    # Slices keep their order, so that their numbers are those of the file.
    orientation = tuple((axis, 1 if axis == 2 else sign) for axis, sign in geometry.orientation)
    image, prediction, reference = (
        to_canonical(array, orientation) for array in (image, prediction, reference)
    )
    voxel_size = geometry.plane_spacing
    slices = pick_slices(reference) if slices is None else slices
    box = window(prediction, reference)
    low, high = np.percentile(image, (1, 99))
    grey = np.clip((image[box] - low) / max(high - low, 1e-6), 0, 1)
    prediction, reference = prediction[box], reference[box]
    aspect = voxel_size[1] / voxel_size[0]
    height = WIDTH * aspect * grey.shape[1] / grey.shape[0]
    size = (LEFT + WIDTH * len(slices), TOP + len(ROWS) * height)
    figure = Figure(figsize=size, dpi=112, facecolor="black")
    axes = figure.subplots(len(ROWS), len(slices), squeeze=False)
    for column, index in zip(axes.T, slices, strict=True):
        plane, predicted, real = (array[..., index].T for array in (grey, prediction, reference))
        shown = (plane, plane, painted(plane, predicted, real))
        for ax, picture in zip(column, shown, strict=True):
            ax.imshow(picture, cmap="gray", vmin=0, vmax=1, aspect=aspect)
            ax.set_axis_off()
        column[0].set_title(f"slice {index}", color="white", fontsize=11, pad=4)
        _draw_masks(column[1], predicted, real, classes)
    _name_rows(list(axes[:, 0]))
    figure.subplots_adjust(LEFT / size[0], 0, 1, 1 - TOP / size[1], 0.02, 0.02)
    return to_png(figure)


def window(prediction: np.ndarray, reference: np.ndarray) -> tuple[slice, slice]:
    """Return the in-plane box of two masks (X, Y, Z) around the organ, with a margin.

    It is the box of the reference; of the prediction where the reference is empty, and the whole
    plane where both are.

    >>> mask = np.zeros((30, 30, 1))
    >>> mask[10:20, 5:25] = 1
    >>> window(mask, mask)
    (slice(6, 24, None), slice(1, 29, None))
    """
    mask = reference if reference.any() else prediction
    if not mask.any():
        return slice(None), slice(None)
    box = []
    for other_axes in ((1, 2), (0, 2)):
        inside = np.flatnonzero(mask.any(axis=other_axes))
        first, stop = int(inside[0]), int(inside[-1]) + 1
        margin = max(4, round(MARGIN * (stop - first)))
        box.append(slice(max(0, first - margin), stop + margin))
    return box[0], box[1]


def _draw_masks(
    ax: Axes, prediction: np.ndarray, reference: np.ndarray, classes: Mapping[int, str]
) -> None:
    rows, columns = reference.shape
    extent = (-1, columns, -1, rows)  # voxel centres of the padded masks
    for label, colour in class_colours(classes).items():
        if (reference == label).any():
            area = _padded(reference == label)
            ax.contourf(area, levels=[0.5, 1.5], colors=[colour], alpha=0.45, extent=extent)
        if (prediction == label).any():
            line = _padded(prediction == label)
            ax.contour(line, levels=[0.5], colors=[colour], linewidths=1.6, extent=extent)
    ax.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))


def _padded(mask: np.ndarray) -> np.ndarray:
    """A border of zeros closes the contour of a region that touches the window's edge."""
    return np.pad(mask.astype(np.float32), 1)


def _name_rows(axes: Sequence[Axes]) -> None:
    for ax, name in zip(axes, ROWS, strict=True):
        ax.text(
            -0.03,
            0.5,
            name,
            transform=ax.transAxes,
            rotation=90,
            ha="right",
            va="center",
            color="white",
            fontsize=10,
        )
