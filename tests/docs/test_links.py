import re
from pathlib import Path

import pytest

from tests.docs.site import DOCS

LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#\s]+)")
OWN = [page for page in DOCS.rglob("*.md") if "_generated" not in page.parts]
PAGES = [DOCS.parent / "README.md", DOCS.parent / "CONTRIBUTING.md", *OWN]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_files_lead_somewhere_without_the_site(page: Path) -> None:
    links = LINK.findall(page.read_text())
    assert not [link for link in links if not (page.parent / link).exists()]


def test_the_readme_is_short() -> None:
    assert len((DOCS.parent / "README.md").read_text().splitlines()) <= 180
