"""Slices of a volume with the reference as an area and the prediction as a contour."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from dscl_tf.data.grid.geometry import Geometry
from dscl_tf.data.grid.orientation import to_canonical
from dscl_tf.evaluation.palette import PALETTE
from dscl_tf.figures import to_png


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
    """Return a PNG: the plain slices above, the same with reference and prediction below.

    The reference is a translucent area, the prediction a line of the same colour. All slices show
    the same window, the labelled region and a margin around it, as a radiologist sees it: the
    patient's left on the right, the front above.

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
    window = _window((prediction > 0) | (reference > 0))
    low, high = np.percentile(image, (1, 99))
    shape = image[window].shape
    ratio = shape[1] * voxel_size[1] / (shape[0] * voxel_size[0])
    width = 2.2
    figure = Figure(
        figsize=(width * len(slices), 2 * width * ratio + 0.65), dpi=112, facecolor="black"
    )
    axes = figure.subplots(2, len(slices), squeeze=False)
    for column, index in enumerate(slices):
        for row in range(2):
            ax = axes[row, column]
            ax.imshow(
                image[..., index][window].T,
                cmap="gray",
                vmin=low,
                vmax=max(high, low + 1e-6),
                aspect=voxel_size[1] / voxel_size[0],
            )
            ax.set_axis_off()
        axes[0, column].set_title(f"slice {index}", color="white", fontsize=9, pad=4)
        masks = (prediction[..., index][window].T, reference[..., index][window].T)
        _draw(axes[1, column], *masks, classes)
    _legend(figure, classes)
    figure.subplots_adjust(
        0, 0.36 / figure.get_figheight(), 1, 1 - 0.24 / figure.get_figheight(), 0.02, 0.02
    )
    return to_png(figure)


def _draw(
    ax: Axes, prediction: np.ndarray, reference: np.ndarray, classes: Mapping[int, str]
) -> None:
    rows, columns = reference.shape
    extent = (-1, columns, -1, rows)  # voxel centres of the padded masks
    for index, label in enumerate(classes):
        colour = PALETTE[index % len(PALETTE)]
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


def _window(mask: np.ndarray) -> tuple[slice, slice]:
    """Return the in-plane box around all labels (X, Y, Z) with a margin of half its size."""
    if not mask.any():
        return slice(None), slice(None)
    box = []
    for other_axes in ((1, 2), (0, 2)):
        inside = np.flatnonzero(mask.any(axis=other_axes))
        margin = max(4, (inside[-1] - inside[0] + 1) // 2)
        box.append(slice(max(0, inside[0] - margin), inside[-1] + 1 + margin))
    return box[0], box[1]


def _legend(figure: Figure, classes: Mapping[int, str]) -> None:
    handles: list[Patch | Line2D] = [
        Patch(facecolor=PALETTE[index % len(PALETTE)], label=name)
        for index, name in enumerate(classes.values())
    ]
    handles.append(Patch(facecolor="white", alpha=0.45, label="area: reference"))
    handles.append(Line2D([], [], color="white", linewidth=1.6, label="line: prediction"))
    figure.legend(
        handles=handles,
        loc="lower center",
        ncols=len(handles) if len(figure.axes) > 4 else (len(handles) + 1) // 2,
        frameon=False,
        labelcolor="white",
        fontsize=8,
        handlelength=1.2,
        columnspacing=1.2,
    )
