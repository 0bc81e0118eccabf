"""What the pictures of representation health share: colours, grey values, what is upright."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dscl_tf.data.io import ImageKind

INK, SOFT = "#1b2530", "#56636f"
SIDE = 1.75  # of an image in `image_grid`, in inches


def upright(images: np.ndarray, kind: ImageKind) -> np.ndarray:
    """Turn slices of a store (slices, H, W, ...), or maps of them, as `ImageKind.upright` does.

    >>> from dscl_tf.config import Data
    >>> from dscl_tf.data.io import kind_of
    >>> volumes = kind_of(Data(classes={1: "wall"}, spacing=(1, 1), grid=(32, 32)))
    >>> upright(np.zeros((2, 3, 4)), volumes).shape
    (2, 4, 3)
    """
    return images.swapaxes(1, 2) if kind.anatomical else images


def image_grid(rows: int, columns: int, height: int, width: int) -> tuple[Figure, np.ndarray]:
    """Return a figure with room for images of height x width, and its axes (rows, columns)."""
    figure = Figure(
        figsize=(SIDE * columns + 0.3, SIDE * rows * height / width + 0.3),
        dpi=110,
        layout="constrained",
        facecolor="white",
    )
    return figure, figure.subplots(rows, columns, squeeze=False)


def show_image(ax: Axes, image: np.ndarray, like: np.ndarray) -> None:
    """Draw an image (H, W) in grey, with the range of intensities of another."""
    ax.imshow(image, cmap="gray", **intensity_range(like))
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)


def intensity_range(image: np.ndarray) -> dict[str, Any]:
    """Return the values of an image that are drawn black and white, as `imshow` takes them.

    >>> {name: float(value) for name, value in intensity_range(np.arange(101)).items()}
    {'vmin': 1.0, 'vmax': 99.0}
    """
    low, high = np.percentile(image, (1, 99))
    return {"vmin": low, "vmax": max(high, low + 1e-6)}  # a blank image has no range
