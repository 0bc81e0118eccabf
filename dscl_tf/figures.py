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
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    png = io.BytesIO()
    with rc_context({"text.parse_math": False}):  # for labels that are made while drawing
        for text in figure.findobj(Text):
            text.set_parse_math(False)  # type: ignore[attr-defined]
        FigureCanvasAgg(figure).print_png(png)
    return png.getvalue()
