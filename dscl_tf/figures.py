"""Matplotlib figures as PNG, drawn without a screen, and the colours of classes."""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Matplotlib takes half a second, and most commands draw nothing
    from matplotlib.figure import Figure

# Okabe and Ito's palette, told apart with any colour vision; the order keeps neighbours distinct
# on a grey image.
PALETTE = ("#E69F00", "#56B4E9", "#CC79A7", "#009E73", "#F0E442", "#D55E00", "#0072B2")
# Of Matplotlib's "tab20", for more classes than that: strong tones, then light ones, and no grey
# (14, 15), as which background shows.
TONES = (0, 2, 4, 6, 8, 10, 12, 16, 18, 1, 3, 5, 7, 9, 11, 13, 17, 19)


def class_colours(classes: Mapping[int, str]) -> dict[int, str]:
    """Return a colour per label, such as "#E69F00"; beyond eighteen classes they repeat.

    >>> class_colours({1: "wall", 2: "blood"})
    {1: '#E69F00', 2: '#56B4E9'}
    """
    from matplotlib import colormaps
    from matplotlib.colors import to_hex

    many = [to_hex(colormaps["tab20"](index)) for index in TONES]
    palette = PALETTE if len(classes) <= len(PALETTE) else many
    return {label: palette[index % len(palette)] for index, label in enumerate(classes)}


def to_png(figure: "Figure") -> bytes:
    r"""Return a figure as PNG, with its own size, resolution and background.

    >>> from matplotlib.figure import Figure
    >>> to_png(Figure(figsize=(1, 1), dpi=50))[:4]
    b'\x89PNG'
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    png = io.BytesIO()
    with rc_context({"text.parse_math": False}):  # for labels that are made while drawing
        for text in figure.findobj(Text):
            text.set_parse_math(False)  # type: ignore[attr-defined]
        FigureCanvasAgg(figure).print_png(png)
    return png.getvalue()
