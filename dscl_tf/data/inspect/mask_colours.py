"""The masks of a store in a picture, and the key to their colours."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from dscl_tf.data.store import SliceStore
from dscl_tf.figures import class_colours

ALPHA = 0.45
COLUMN, ROW = 1.5, 0.24  # inches of a name in the key


def draw_mask(ax: Axes, store: SliceStore, index: int, aspect: float) -> None:
    """Draw a slice's mask over its image, as it is upright; background is left clear.

    Args:
        ax: where the image is drawn.
        store: the slice store.
        index: of the slice in the store's arrays.
        aspect: the height of a pixel over its width.
    """
    mask = np.asarray(store.masks[index])
    shown = mask.T if store.kind.anatomical else mask
    painted = np.zeros((*shown.shape, 4))  # (H, W, RGBA)
    for label, colour in class_colours(_classes(store)).items():
        painted[shown == label] = to_rgba(colour, alpha=ALPHA)
    ax.imshow(painted, aspect=aspect, interpolation="nearest")


def key_height(store: SliceStore, width: float) -> float:
    """Return the inches that `draw_key` takes in a figure of a width in inches."""
    return 0.1 + ROW * -(-len(_classes(store)) // _columns(store, width))


def draw_key(figure: Figure, store: SliceStore) -> None:
    """Write the names of the classes beside their colours below a figure."""
    classes = _classes(store)
    colours = class_colours(classes)
    figure.legend(
        handles=[Patch(color=colours[label], label=name) for label, name in classes.items()],
        loc="outside lower center",
        ncols=_columns(store, figure.get_figwidth()),
        frameon=False,
        fontsize=9,
        handlelength=1.2,
    )


def _classes(store: SliceStore) -> dict[int, str]:
    return {int(label): name for label, name in store.settings["classes"].items()}


def _columns(store: SliceStore, width: float) -> int:
    return max(1, min(len(store.settings["classes"]), int(width / COLUMN)))
