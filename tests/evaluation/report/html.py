"""Reading an HTML page."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The text, the tags and the attributes of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.attributes, self.text = [], [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.attributes += attributes

    def handle_data(self, text):
        self.text += text
