import re

import pytest
from jinja2 import UndefinedError
from markupsafe import Markup

from dscl_tf.pages import render

PAGE = "pages/page.html.jinja"


def test_a_value_stays_text_unless_it_is_markup() -> None:
    page = render(PAGE, title="<b>&")
    assert "<title>&lt;b&gt;&amp;</title>" in page and "<h1>&lt;b&gt;&amp;</h1>" in page
    assert "<h1><i>a</i></h1>" in render(PAGE, title=Markup("<i>a</i>"))


def test_a_missing_value_is_an_error() -> None:
    with pytest.raises(UndefinedError, match="title"):
        render(PAGE)


def test_a_page_is_whole_and_loads_nothing() -> None:
    page = render(PAGE, title="A page")
    assert page.startswith("<!DOCTYPE html>\n") and page.endswith("</html>\n")
    assert not re.search(r"https?://|url\(|@import|<script|<link", page)
