"""Pages that lie elsewhere in the repository, and links to them."""

import functools
import os
import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parents[1]
REPOSITORY = DOCS.parent
LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)([^)#\s]+)")


def copy_pages(folder: Path) -> None:
    """Copy the pages that the site takes from outside `docs` into a folder.

    Args:
        folder: in `docs`; replaced.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for page in _pages():
        target = folder / page.relative_to(REPOSITORY)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(page, target)


def redirect_links(app: Sphinx, document: str, content: list[str]) -> None:
    """Let the links of a page lead to the copies; Sphinx calls it for each page that it reads.

    A link of a copied page counts from the page's own place. A folder stands for its README. Other
    files of the repository stay what they are: files to download.
    """
    generated = DOCS / "_generated"
    file = Path(app.env.doc2path(document))
    home = file.parent
    if home.is_relative_to(generated):
        home = REPOSITORY / home.relative_to(generated)
    content[0] = LINK.sub(lambda match: _target(match[1], home, file.parent), content[0])


def _target(link: str, home: Path, folder: Path) -> str:
    linked = Path(os.path.normpath(home / link))
    if (linked / "README.md").is_file():
        linked = linked / "README.md"
    if linked in _pages():
        linked = DOCS / "_generated" / linked.relative_to(REPOSITORY)
    elif home == folder:
        return link
    return os.path.relpath(linked, folder)


@functools.cache
def _pages() -> list[Path]:
    names = ("CHANGELOG.md", "CONTRIBUTING.md", "benchmarks/**/*.md", "examples/**/*.md")
    return sorted(page for name in names for page in REPOSITORY.glob(name))
