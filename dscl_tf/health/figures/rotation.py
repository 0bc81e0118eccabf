"""Picture of turned slices and of what the network took them for."""

from collections.abc import Sequence

import numpy as np

from dscl_tf.figures import to_png
from dscl_tf.health.figures.canvas import INK, image_grid, show_image

WRONG = "#a33b00"


def rotation_figure(images: np.ndarray, turns: Sequence[int], told: Sequence[int]) -> bytes:
    """Return a PNG: turned slices, each headed by its turn and by what the network took it for.

    Args:
        images: (slices, H, W), as the network is given them.
        turns: number of quarter turns of each.
        told: the number that the network gives.
    """
    figure, axes = image_grid(1, *images.shape)
    for ax, image, turn, answer in zip(axes[0], images, turns, told, strict=True):
        show_image(ax, image, like=image)
        ax.set_title(
            f"{90 * turn}\N{DEGREE SIGN}, told {90 * answer}\N{DEGREE SIGN}",
            fontsize=9,
            color=INK if turn == answer else WRONG,
        )
    return to_png(figure)
