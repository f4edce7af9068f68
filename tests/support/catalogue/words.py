"""Every sentence that stands in the source, and which of them the catalogue does not show."""

import ast
import html
import re
from collections.abc import Iterator

from support.catalogue.source import Found, Place, nodes

_PROSE = re.compile(r"[A-Za-z`']{2,}[,;:.)'`]* [(`']*[A-Za-z]{2,}")  # two words at least
_ENDS = " .:;,?!"  # what templates strip from a sentence


def sentences() -> Iterator[tuple[Place, str]]:
    """Yield the words of every text of the source, but for docstrings and patterns."""
    skipped: set[ast.AST] = set()
    for one in nodes():
        if one.above in skipped or _is_for_the_code(one):
            skipped.add(one.node)
        elif isinstance(one.node, ast.Constant) and _PROSE.search(text := _text(one.node.value)):
            yield one.place, text


def missing(said: str) -> Iterator[tuple[Place, str]]:
    """Yield the sentences that are not part of what the action said."""
    plain = _plain(said)
    for place, words in sentences():
        if _plain(words).strip(_ENDS) not in plain:
            yield place, words


def _text(value: object) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _plain(text: str) -> str:
    """Return a text without line breaks and Markdown's escapes."""
    shown = html.unescape(text.replace("@<!-- -->", "@")).replace("\\", "")
    return " ".join(shown.split())


def _is_for_the_code(one: Found) -> bool:
    """Tell whether a node is a docstring, a type, a pattern, or what an assertion says."""
    node, above = one.node, one.above
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in {"AssertionError", "re.compile"}
    return node in {getattr(above, "annotation", None), getattr(above, "returns", None)}
