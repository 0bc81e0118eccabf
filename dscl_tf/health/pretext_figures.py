"""Pictures of the pretext tasks: what the network was given, and what it made of it."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from dscl_tf.health.embedding_figures import INK, to_png

WRONG = "#a33b00"
SIDE = 1.75  # inches


def restoration_figure(inputs: np.ndarray, outputs: np.ndarray, targets: np.ndarray) -> bytes:
    """Return a PNG: a column per slice; what the network is given, what it returns, the target.

    Args:
        inputs: (slices, H, W); all three are shown in the target's range of intensities.
        outputs: likewise.
        targets: likewise.
    """
    figure, canvas, axes = _grid(3, *inputs.shape)
    for ax, name in zip(axes[:, 0], ("input", "output", "target"), strict=True):
        ax.set_ylabel(name, fontsize=10, color=INK)
    for column, images in zip(axes.T, zip(inputs, outputs, targets, strict=True), strict=True):
        for ax, image in zip(column, images, strict=True):
            _show(ax, image, like=images[-1])
    return to_png(figure, canvas)


def rotation_figure(images: np.ndarray, turns: Sequence[int], told: Sequence[int]) -> bytes:
    """Return a PNG: turned slices, each headed by its turn and by what the network took it for.

    Args:
        images: (slices, H, W), as the network is given them.
        turns: number of counter-clockwise quarter turns of each.
        told: the number that the network gives.
    """
    figure, canvas, axes = _grid(1, *images.shape)
    for ax, image, turn, answer in zip(axes[0], images, turns, told, strict=True):
        _show(ax, image, like=image)
        ax.set_title(
            f"{90 * turn}\N{DEGREE SIGN}, told {90 * answer}\N{DEGREE SIGN}",
            fontsize=9,
            color=INK if turn == answer else WRONG,
        )
    return to_png(figure, canvas)


def _grid(
    rows: int, columns: int, height: int, width: int
) -> tuple[Figure, FigureCanvasAgg, np.ndarray]:
    figure = Figure(
        figsize=(SIDE * columns + 0.3, SIDE * rows * height / width + 0.3),
        dpi=110,
        layout="constrained",
    )
    return figure, FigureCanvasAgg(figure), figure.subplots(rows, columns, squeeze=False)


def _show(ax: Axes, image: np.ndarray, like: np.ndarray) -> None:
    low, high = np.percentile(like, (1, 99))
    ax.imshow(image, cmap="gray", vmin=low, vmax=max(high, low + 1e-6))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
