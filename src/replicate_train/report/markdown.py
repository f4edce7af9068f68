"""Markdown for the job summary. Pure: text in, text out.

Foreign text is quoted so that Markdown and HTML in it show as what they are.
"""

import html
import re
from collections.abc import Iterable, Sequence

from replicate_train.runner.text import as_markdown, in_link

_TICKS = re.compile(r"`+")
# A word of its own between backticks; a URL between them stays a link.
_CODE = re.compile(r"(?<![^\s(\"])`(?![^`]*://)([^`\s](?:[^`]*[^`\s])?)`(?![^\s.,;:?!)\"])")
_SIGN = re.compile(r"[^\w ,-]|_")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of foreign text as a table; a cell may have several lines."""
    return markdown_table(head, ([literal(text) for text in row] for row in rows))


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return rows of Markdown of the step's own as a table."""
    body = [f"| {' | '.join(map(_cell, row))} |" for row in rows]
    rule = " | ".join("---" for _ in head)
    return "\n".join([f"| {' | '.join(head)} |", f"| {rule} |", *body])


def literal(text: str) -> str:
    """Return foreign text as Markdown that shows it; what is between backticks is code."""
    return "\n".join(map(_literal_line, text.split("\n")))


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
    line = " ".join(text.split())
    return f"<code>{_SIGN.sub(_entity, line)}</code>" if line else ""


def code_block(text: str, language: str = "text") -> str:
    """Return foreign text as a block of code, which nothing in it can close."""
    fence = "`" * max(3, *(1 + len(run) for run in _TICKS.findall(text)), 0)
    return f"{fence}{language}\n{text}\n{fence}"


def link(label: str, url: str) -> str:
    """Return a link; the label is Markdown of the step's own, and all there is without a URL."""
    return f"[{label}](<{in_link(url)}>)" if url else label


def sentence(text: str) -> str:
    """Return a text with a full stop, if it has no mark at its end."""
    return text if not text or text[-1] in ".!?:" else f"{text}."


def _cell(markdown: str) -> str:
    return markdown.replace("\n", "<br>")


def _literal_line(line: str) -> str:
    parts = _CODE.split(line)
    return "".join(
        code(part) if at % 2 else _pad(part, as_markdown(part)) for at, part in enumerate(parts)
    )


def _pad(text: str, markdown: str) -> str:
    """Return Markdown with the blanks that its text has at its ends."""
    before = " " if text[:1].isspace() and markdown else ""
    return f"{before}{markdown}{' ' if text[-1:].isspace() else ''}"


def _entity(sign: re.Match[str]) -> str:
    return "@<!-- -->" if sign[0] == "@" else f"&#{ord(sign[0])};"
