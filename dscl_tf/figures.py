"""Matplotlib figures as PNG, drawn without a screen."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Matplotlib takes half a second, and most commands draw nothing
    from matplotlib.figure import Figure


def to_png(figure: "Figure") -> bytes:
    r"""Return a figure as PNG, with its own size, resolution and background.

    >>> from matplotlib.figure import Figure
    >>> to_png(Figure(figsize=(1, 1), dpi=50))[:4]
    b'\x89PNG'
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    png = io.BytesIO()
    FigureCanvasAgg(figure).print_png(png)
    return png.getvalue()
