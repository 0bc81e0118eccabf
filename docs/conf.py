"""The documentation site: `pip install -e ".[docs]" && sphinx-build -W docs build/docs`."""

import sys
from pathlib import Path

import click
from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from site_pages import configuration, contents, repository  # noqa: E402

from dscl_tf import __version__  # noqa: E402

project = "dscl-tf"
author = "The dscl-tf authors"
release = __version__

extensions = ["myst_nb", "sphinx_click"]
exclude_patterns = ["_generated/configuration.md"]  # is part of another page
nitpicky = True  # a reference to nothing is a warning, and with -W an error

myst_heading_anchors = 4
nb_execution_mode = "off"  # tests/docs/test_notebooks.py executes them

html_theme = "furo"
html_title = f"dscl-tf {release}"
html_show_sourcelink = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the code, before Sphinx looks for pages."""
    generated = HERE / "_generated"
    repository.copy_pages(generated)
    (generated / "configuration.md").write_text(configuration.configuration_page())
    app.connect("source-read", repository.redirect_links)
    app.connect("source-read", contents.fill_contents)
    for part in ("description", "options"):
        app.connect(f"sphinx-click-process-{part}", escape_stars)


def escape_stars(app: Sphinx, context: click.Context, lines: list[str]) -> None:
    """Keep a `*` in a help text what it is; it would be emphasis."""
    lines[:] = [line.replace("*", r"\*") for line in lines]
