"""The contents on the first page: what is there, and pages that nobody has sorted in yet."""

import fnmatch
import re
from collections.abc import Collection, Iterator

from sphinx.application import Sphinx

ENTRY = re.compile(r"[\w*-]+(/[\w*-]+)*")


def fill_contents(app: Sphinx, document: str, content: list[str]) -> None:
    """Complete the contents of the first page; Sphinx calls it for each page that it reads."""
    if document == app.config.root_doc:
        content[0] = "\n".join(filled(content[0].split("\n"), app.env.found_docs))


def filled(lines: list[str], pages: Collection[str]) -> Iterator[str]:
    """Yield lines with each entry of a toctree that is a page, and a pattern's other pages.

    Args:
        lines: of a page. Sphinx's own patterns would list pages again that other trees name.
        pages: that exist.

    >>> list(filled(["```{toctree}", "b", "later", "```", "```{toctree}", "*", "```"], ["a", "b"]))
    ['```{toctree}', 'b', '```', '```{toctree}', 'a', '```']
    """
    named = {line for line in lines if ENTRY.fullmatch(line)}
    inside = False
    for line in lines:
        if line.startswith("```"):
            inside = line.startswith("```{toctree}")
        if not inside or not ENTRY.fullmatch(line):
            yield line
        elif "*" in line:
            yield from sorted(page for page in fnmatch.filter(pages, line) if page not in named)
        elif line in pages:
            yield line
