"""Markdown pages as GitHub shows them: where their links lead, and the anchors that they have."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
from cmarkgfm.cmark import Options

_HEADINGS = {f"h{level}" for level in range(1, 7)}
_REMOVED = re.compile(r"[^\w\- ]")  # from a heading, before it becomes an anchor


@dataclass
class MarkdownPage(HTMLParser):
    """A page's links and anchors; `anchors` are without `#`."""

    text: str
    links: list[str] = field(default_factory=list)
    anchors: list[str] = field(default_factory=list)
    _heading: str | None = None
    _seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(cmarkgfm.github_flavored_markdown_to_html(self.text, Options.CMARK_OPT_UNSAFE))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.links += [found[name] for name in ("href", "src") if name in found]
        self.anchors += [found["id"]] if "id" in found else []
        self._heading = "" if tag in _HEADINGS else self._heading

    def handle_data(self, data: str) -> None:
        if self._heading is not None:
            self._heading += data

    def handle_endtag(self, tag: str) -> None:
        if tag in _HEADINGS and self._heading is not None:
            slug = _REMOVED.sub("", self._heading.strip().lower()).replace(" ", "-")
            self.anchors.append(f"{slug}-{self._seen[slug]}" if self._seen[slug] else slug)
            self._seen[slug] += 1
            self._heading = None


def broken_links(path: Path) -> list[str]:
    """Return the links of a page that lead to no file, or to no anchor of a Markdown file."""
    return [link for link in MarkdownPage(path.read_text("utf-8")).links if not leads(path, link)]


def leads(path: Path, link: str) -> bool:
    """Tell whether a link of a page leads somewhere; links to other sites are taken as they are."""
    if re.match(r"\w+:", link):
        return True
    file, _, anchor = link.partition("#")
    target = path.parent / file if file else path
    if not target.exists():
        return False
    return not anchor or anchor in MarkdownPage(target.read_text("utf-8")).anchors
