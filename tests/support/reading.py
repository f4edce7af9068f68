"""A job summary as a reader of the page sees it."""

from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options

_EMPTY = frozenset({"br", "hr", "img"})  # elements without an end


class Page(HTMLParser):
    """A rendered page: its tags, their attributes, its links and images, and its text.

    `labels` are the texts of the links, `pieces` those between two tags or comments outside of
    code and links. `balanced` tells whether every element ends inside the one that it began in.
    """

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []
        self.labels: list[str] = []
        self.images: list[str] = []
        self.pieces: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self._crossed = False
        options = Options.CMARK_OPT_UNSAFE  # GitHub keeps harmless HTML
        self.feed(cmarkgfm.github_flavored_markdown_to_html(markdown, options))
        self.close()

    @property
    def balanced(self) -> bool:
        return not self._open and not self._crossed

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        targets = [value or "" for name, value in attrs if name == "href"]
        self.links += targets
        self.labels += [""] * len(targets)
        self.images += [value or "" for name, value in attrs if name == "src"]
        self._open += [] if tag in _EMPTY else [tag]

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        elif tag not in _EMPTY:
            self._crossed = True

    def handle_data(self, data: str) -> None:
        self.text += data
        if "a" in self._open:
            self.labels[-1] += data
        if not {"code", "a"} & set(self._open):
            self.pieces.append(data)
