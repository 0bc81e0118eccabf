"""HTML pages that stand alone: no scripts, nothing loaded, one style for light, dark and paper.

A page is a Jinja template beside the module that fills it. It extends `pages/page.html.jinja`,
whose blocks are `style` (rules of its own) and `content` (what comes below the title).
"""

import base64
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from dscl_tf.text import number

__all__ = ["render"]


def render(template: str, **values: Any) -> str:
    """Return a page as text; it ends in a newline.

    Values are text: what looks like HTML in them is shown as it stands, unless it is
    `markupsafe.Markup`. A value that the template names and nobody gives is an error. Beside
    Jinja's own filters there are `number` (`dscl_tf.text.number`) and, for embedded PNGs, `base64`
    and `png_width`, in pixels.

    Args:
        template: its path inside the package, such as "reproduce/table.html.jinja".
        values: what the template names, `title` always.

    Raises:
        jinja2.UndefinedError: a value is missing.

    >>> page = render("pages/page.html.jinja", title="A < B")
    >>> "<h1>A &lt; B</h1>" in page
    True
    """
    environment = Environment(
        loader=PackageLoader("dscl_tf", ""),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number, "base64": _base64, "png_width": _png_width}
    return environment.get_template(template).render(values)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _png_width(png: bytes) -> int:
    return int.from_bytes(png[16:20], "big")  # the first field of the first chunk
