import pytest

from tests.docs import site  # noqa: F401

pytest.importorskip("sphinx")
contents = pytest.importorskip("site_pages.contents")


def test_pages_that_are_not_there_are_left_out_and_new_ones_are_listed() -> None:
    lines = ["text", "```{toctree}", "a/b", "a/later", "a/*", "```", "a/later"]
    filled = list(contents.filled(lines, ["a/b", "a/new", "other"]))
    assert filled == ["text", "```{toctree}", "a/b", "a/new", "```", "a/later"]
