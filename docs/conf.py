"""The documentation site: `pip install -e ".[docs]" && sphinx-build -W docs build/docs`."""

import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from site_pages import commands, configuration, contents, repository  # noqa: E402

from dscl_tf import __version__  # noqa: E402

project = "dscl-tf"
author = "The dscl-tf authors"
release = __version__

extensions = ["myst_nb"]
exclude_patterns = ["_generated/configuration.md", "_generated/commands.md"]  # parts of pages
smartquotes = False  # -- is an option's beginning
nitpicky = True  # a reference to nothing is a warning, and with -W an error

myst_enable_extensions = ["deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"  # tests/docs/test_notebooks.py executes them

html_theme = "furo"
html_title = f"dscl-tf {release}"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False


def setup(app: Sphinx) -> None:
    """Write the pages that are made from the code, before Sphinx looks for pages."""
    generated = HERE / "_generated"
    repository.copy_pages(generated)
    (generated / "configuration.md").write_text(configuration.configuration_page())
    (generated / "commands.md").write_text(commands.commands_page())
    app.connect("source-read", repository.redirect_links)
    app.connect("source-read", contents.fill_contents)
