"""Picture of how similar a region is to every place of a feature map."""

import numpy as np
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dscl_tf.figures import to_png
from dscl_tf.health.figures.canvas import INK, SOFT, intensity_range


def similarity_figure(
    images: np.ndarray,
    before: np.ndarray,
    after: np.ndarray,
    corner: np.ndarray,
    size: int,
    aspect: float = 1.0,
) -> bytes:
    """Return a PNG: a row per slice; the slice, the similarity before and after training.

    ::

        png = similarity_figure(images, before, after, corner=np.array([7, 11]), size=3)

    Args:
        images: (slices, H, W, channels), grey or RGB; the region is cut from the first.
        before: (slices, h - size + 1, w - size + 1) cosines, the entry of a place at its top-left
            corner.
        after: likewise.
        corner: (2,) the region's top-left (row, column) in the h x w feature map.
        size: the region's side in the feature map.
        aspect: the height of a pixel over its width.
    """
    height, width, channels = images.shape[1:]
    scale = height / (before.shape[1] + size - 1)  # image pixels per place of the feature map
    inches = (9.6, 0.4 + 2.8 * len(images) * aspect * height / width)
    figure = Figure(figsize=inches, dpi=110, layout="constrained", facecolor="white")
    axes = figure.subplots(len(images), 3, squeeze=False)
    names = ("the region's slice", "another volume")
    cosines = ScalarMappable(Normalize(-1, 1), "RdYlBu_r")
    for row, image, *maps in zip(axes, images, before, after, strict=False):
        grey = {"cmap": "gray", "aspect": aspect, **intensity_range(image)}
        shown = image[..., 0] if channels == 1 else image.clip(0, 1)
        row[0].imshow(shown, **grey)
        for ax, values in zip(row[1:], maps, strict=True):
            ax.imshow(shown, **grey)
            # A place's colour lies at the middle of its region, over the anatomy it stands for.
            edge = (size - 1) / 2 * scale - 0.5
            extent = (edge, edge + values.shape[1] * scale, edge + values.shape[0] * scale, edge)
            ax.imshow(values, cmap=cosines.cmap, norm=cosines.norm, extent=extent, aspect=aspect)
            ax.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
    for row, name in zip(axes, names, strict=False):
        row[0].set_ylabel(name, fontsize=10, color=INK)
    for ax, name in zip(axes[0], ("slice", "before training", "after training"), strict=True):
        ax.set_title(name, fontsize=11, color=INK)
    for ax in axes.flat:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    y, x = corner * scale - 0.5
    for ax in axes[0]:
        ax.add_patch(_square(x, y, size * scale, "-"))
    for ax in axes[1:].flat:
        ax.add_patch(_square(x, y, size * scale, (0, (2, 2))))
    bar = figure.colorbar(cosines, ax=axes, shrink=0.8, pad=0.015, aspect=28)
    bar.set_label("cosine with the region", fontsize=9, color=INK)
    bar.ax.tick_params(labelsize=8, colors=SOFT)
    bar.outline.set_visible(False)
    return to_png(figure)


def _square(x: float, y: float, side: float, style: object) -> Rectangle:
    return Rectangle(
        (x, y), side, side, fill=False, edgecolor="#00e05a", linewidth=1.6, linestyle=style
    )
