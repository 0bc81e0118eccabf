"""A picture beside its reference and its prediction, each label in a colour."""

from collections.abc import Mapping

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from dscl_tf.evaluation.palette import PALETTE
from dscl_tf.figures import to_png

# More classes than `PALETTE` has colours: strong tones, then light ones, and no grey (14, 15), as
# which background shows.
TONES = (0, 2, 4, 6, 8, 10, 12, 16, 18, 1, 3, 5, 7, 9, 11, 13, 17, 19)
MANY = tuple(colormaps["tab20"](index)[:3] for index in TONES)
WIDTH = 10.8  # inches


def picture_strip(
    picture: np.ndarray,
    prediction: np.ndarray,
    reference: np.ndarray,
    classes: Mapping[int, str],
) -> bytes:
    """Return a PNG: the picture, the reference and the prediction, upright, side by side.

    Labels are colours mixed with the grey picture; background shows the grey picture alone.

    Args:
        picture: (rows, columns, 3) in [0, 255].
        prediction: (rows, columns) labels.
        reference: (rows, columns) labels.
        classes: label to name, without the background 0.
    """
    colours = class_colours(classes)
    rows, columns = reference.shape
    values = picture / 255
    panels = {
        "picture": values,
        "reference": _painted(values, reference, colours),
        "prediction": _painted(values, prediction, colours),
    }
    legend_rows = -(-len(classes) // 6)
    height = WIDTH / len(panels) * rows / columns
    below, above = 0.1 + 0.22 * legend_rows, 0.26
    figure = Figure(figsize=(WIDTH, height + below + above), dpi=112, facecolor="black")
    for ax, (name, shown) in zip(figure.subplots(1, len(panels)), panels.items(), strict=True):
        ax.imshow(shown, interpolation="antialiased")
        ax.set_title(name, color="white", fontsize=9, pad=4)
        ax.set_axis_off()
    total = figure.get_figheight()
    figure.subplots_adjust(0, below / total, 1, 1 - above / total, 0.01)
    figure.legend(
        handles=[Patch(facecolor=colours[label], label=name) for label, name in classes.items()],
        loc="lower center",
        ncols=min(len(classes), 6),
        frameon=False,
        labelcolor="white",
        fontsize=8,
        handlelength=1.2,
        columnspacing=1.2,
    )
    return to_png(figure)


def class_colours(classes: Mapping[int, str]) -> dict[int, tuple[float, float, float]]:
    """Return an RGB colour per label; beyond eighteen classes they repeat."""
    palette = [to_rgb(colour) for colour in (PALETTE if len(classes) <= len(PALETTE) else MANY)]
    return {label: palette[index % len(palette)] for index, label in enumerate(classes)}


def _painted(
    values: np.ndarray, labels: np.ndarray, colours: Mapping[int, tuple[float, float, float]]
) -> np.ndarray:
    painted = np.repeat(values.mean(axis=-1, keepdims=True), 3, axis=-1)  # (rows, columns, 3)
    for label, colour in colours.items():
        inside = labels == label
        painted[inside] = 0.4 * painted[inside] + 0.6 * np.array(colour)
    return painted
