"""A section of RESULTS.md: what was measured, a table, and a sentence; and where it stands."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import fill

_WIDTH = 104


@dataclass(frozen=True)
class Section:
    """What one benchmark found. `rows` are texts: the first row is the table's head."""

    title: str
    about: str
    rows: Sequence[Sequence[str]]
    sentence: str

    def markdown(self, machine: str) -> str:
        """Return the section as Markdown, with the machine that it was measured on."""
        head, *body = (f"| {' | '.join(row)} |" for row in self.rows)
        rule = f"| --- |{' ---: |' * (len(self.rows[0]) - 1)}"
        table = "\n".join([head, rule, *body])
        about, sentence = (
            fill(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
            for text in (self.about, self.sentence)
        )
        parts = [f"## {self.title}", about, table, sentence, f"{machine}."]
        return "\n\n".join(part for part in parts if part)


def replaced(page: str, name: str, text: str) -> str:
    """Return the page with another text between a benchmark's markers. Pure.

    Raises `ValueError` if the page has no such markers.
    """
    start, end = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
    found = re.search(f"{re.escape(start)}.*?{re.escape(end)}", page, re.DOTALL)
    if not found:
        raise ValueError(f"found no markers `{start.strip()}` and `{end.strip()}`")
    return page[: found.start()] + start + text + end + page[found.end() :]


def sections(page: str) -> list[str]:
    """Return the names of the benchmarks that a page has markers of, in order. Pure."""
    return re.findall(r"^<!-- (\w+) -->$", page, re.MULTILINE)
