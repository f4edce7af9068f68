"""Markdown for the job summary. Pure: text in, text out.

Foreign text is quoted so that Markdown and HTML in it show as what they are, and cut where it is
long: whatever comes in, a table or a text has a size that leaves room for the other ones.
"""

import html
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TypeVar

from replicate_train.runner.text import as_markdown, cut, in_link, printable

_MAX_CHARS = 4_000  # of a foreign text
_MAX_CELL_CHARS = 1_000  # of one in a table
_MAX_URL_CHARS = 2_000  # of a link
_ROOM = 100_000  # bytes of the rows of a table, or of the lines of a list
_TICKS = re.compile(r"`+")
# A word of its own between backticks; a URL between them stays a link.
_CODE = re.compile(r"(?<![^\s(\"])`(?![^`]*://)([^`\s](?:[^`]*[^`\s])?)`(?![^\s.,;:?!)\"])")
_SIGN = re.compile(r"[^\w ,…-]|_")  # `…` stays: it marks where a text was cut
# What begins a heading, a list or a line at the start of a line.
_BLOCK = re.compile(
    r"^( ?)(?:(\d{1,9})(?=[.)](?:\s|$))|(?=#{1,6}(?:\s|$)|[-+](?:\s|$)|=+$|:?-+:?$))"
)

Thing = TypeVar("Thing")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], room: int = _ROOM) -> str:
    """Return rows of foreign text as a table; a cell may have several lines."""
    return _table(head, rows, lambda text: literal(text, most=_MAX_CELL_CHARS), room)


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]], room: int = _ROOM) -> str:
    """Return rows of Markdown of the step's own as a table; those beyond `room` are counted."""
    return _table(head, rows, str, room)


def listed(lines: Iterable[str], render: Callable[[str], str] = str, room: int = _ROOM) -> str:
    """Return lines as a list; those beyond `room` are counted. `render` makes Markdown of each."""
    kept, more = _fitting(lines, lambda line: f"- {' '.join(render(line).split())}", room)
    return "\n".join([*kept, *([f"- {more}"] if more else [])])


def literal(text: str, *, linked: bool = True, most: int = _MAX_CHARS) -> str:
    """Return foreign text as Markdown that shows it; what is between backticks is code.

    `linked`: its URLs become links. `most` characters are shown.
    """
    return "\n".join(_literal_line(line, linked) for line in cut(text, most).split("\n"))


def attribute(text: str) -> str:
    """Return foreign text for the value of an HTML attribute, in double quotes."""
    return html.escape(text, quote=True)


def details(label: str, body: str) -> str:
    """Return a folded part; both are Markdown of the step's own."""
    return f"<details><summary>{label}</summary>\n\n{body}\n\n</details>"


def code(text: str) -> str:
    """Return foreign text as code on one line, for any place: a table, a link, a heading.

    A code span would end at a bar in a table, so this is HTML, with every sign as an entity.
    """
    line = printable(" ".join(cut(text, _MAX_CELL_CHARS).split()))
    return f"<code>{_SIGN.sub(_entity, line)}</code>" if line else ""


def code_block(text: str, language: str = "text") -> str:
    """Return foreign text as a block of code, which nothing in it can close."""
    text = "\n".join(map(printable, text.split("\n")))
    fence = "`" * max(3, *(1 + len(run) for run in _TICKS.findall(text)), 0)
    return f"{fence}{language}\n{text}\n{fence}"


def link(label: str, url: str) -> str:
    """Return a link; the label is Markdown of the step's own, and all there is without a URL."""
    return f"[{label}](<{in_link(url)}>)" if 0 < len(url) <= _MAX_URL_CHARS else label


def sentence(text: str) -> str:
    """Return a text with a full stop, if it has no mark at its end."""
    return text if not text or text[-1] in ".!?:" else f"{text}."


def _table(
    head: Sequence[str], rows: Iterable[Sequence[str]], render: Callable[[str], str], room: int
) -> str:
    body, more = _fitting(
        rows, lambda row: f"| {' | '.join(_cell(render(text)) for text in row)} |", room
    )
    rule = " | ".join("---" for _ in head)
    whole = "\n".join([f"| {' | '.join(head)} |", f"| {rule} |", *body])
    return f"{whole}\n\n{more}" if more else whole


def _fitting(
    things: Iterable[Thing], render: Callable[[Thing], str], room: int
) -> tuple[list[str], str]:
    """Return the first things as lines of at most `room` bytes, and how many were left out."""
    kept: list[str] = []
    waiting = iter(things)
    for thing in waiting:
        line = render(thing)
        room -= len(line.encode("utf-8", "replace"))
        if room < 0:
            left = sum(1 for _ in chain([thing], waiting))
            return kept, f"… and {left:,} more"
        kept.append(line)
    return kept, ""


def _cell(markdown: str) -> str:
    return markdown.replace("\n", "<br>")


def _literal_line(line: str, linked: bool) -> str:  # noqa: FBT001 - of a private function
    parts = _CODE.split(printable(line))
    written = "".join(
        code(part) if at % 2 else _pad(part, as_markdown(part, linked=linked))
        for at, part in enumerate(parts)
    )
    return _BLOCK.sub(r"\1\2\\", written)


def _pad(text: str, markdown: str) -> str:
    """Return Markdown with the blanks that its text has at its ends."""
    before = " " if text[:1].isspace() and markdown else ""
    return f"{before}{markdown}{' ' if text[-1:].isspace() else ''}"


def _entity(sign: re.Match[str]) -> str:
    return "@<!-- -->" if sign[0] == "@" else f"&#{ord(sign[0])};"
