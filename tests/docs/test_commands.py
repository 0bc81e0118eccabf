import pytest

from tests.docs import site  # noqa: F401

commands = pytest.importorskip("site_pages.commands")


def test_commands_of_groups_and_their_options_stand_in_the_reference() -> None:
    page = commands.commands_page()
    section = page.split("## `dscl-tf data prepare`")[1].split("\n## ")[0]
    assert "dscl-tf data prepare [OPTIONS] " in section
    assert "`--source " in section and "`--jobs " in section
    assert "\b" not in page and "## `dscl-tf predict`" in page
