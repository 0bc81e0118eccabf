"""A picture beside its reference, its prediction and the mistakes, each label in a colour."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from dscl_tf.evaluation.report.mistakes import painted
from dscl_tf.figures import class_colours, to_png

WIDTH = 10.8  # inches


def picture_strip(
    picture: np.ndarray,
    prediction: np.ndarray,
    reference: np.ndarray,
    classes: Mapping[int, str],
) -> bytes:
    """Return a PNG: the picture and the reference above, the prediction and the mistakes below.

    Labels are colours mixed with the grey picture; background shows the grey picture alone.
    Mistakes have the colours of `mistakes.MISTAKES`.

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
        "reference": _coloured(values, reference, colours),
        "prediction": _coloured(values, prediction, colours),
        "mistakes": painted(values.mean(axis=-1), prediction, reference),
    }
    above = 0.28
    height = 2 * (WIDTH / 2 * rows / columns + above)
    figure = Figure(figsize=(WIDTH, height), dpi=112, facecolor="black")
    axes = figure.subplots(2, 2).flat
    for ax, (name, shown) in zip(axes, panels.items(), strict=True):
        ax.imshow(shown, interpolation="antialiased")
        ax.set_title(name, color="white", fontsize=11, pad=4)
        ax.set_axis_off()
    between = above / (height / 2 - above)
    figure.subplots_adjust(0, 0, 1, 1 - above / height, 0.01, between)
    return to_png(figure)


def _coloured(values: np.ndarray, labels: np.ndarray, colours: Mapping[int, str]) -> np.ndarray:
    shown = np.repeat(values.mean(axis=-1, keepdims=True), 3, axis=-1)  # (rows, columns, 3)
    for label, colour in colours.items():
        inside = labels == label
        shown[inside] = 0.4 * shown[inside] + 0.6 * np.array(to_rgb(colour))
    return shown
