"""Picture of slices as the network was given them, as it restored them, and as they were."""

import numpy as np

from dscl_tf.figures import to_png
from dscl_tf.health.figures.canvas import INK, image_grid, show_image


def restoration_figure(inputs: np.ndarray, outputs: np.ndarray, targets: np.ndarray) -> bytes:
    """Return a PNG: a column per slice; what the network is given, what it returns, the target.

    Args:
        inputs: (slices, H, W); all three are shown in the target's range of intensities.
        outputs: likewise.
        targets: likewise.
    """
    figure, axes = image_grid(3, *inputs.shape)
    for ax, name in zip(axes[:, 0], ("input", "output", "target"), strict=True):
        ax.set_ylabel(name, fontsize=10, color=INK)
    for column, images in zip(axes.T, zip(inputs, outputs, targets, strict=True), strict=True):
        for ax, image in zip(column, images, strict=True):
            show_image(ax, image, like=images[-1])
    return to_png(figure)
