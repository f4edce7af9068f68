"""Placeholders of the model's README: `{{version}}` and others become facts of the version.

Pure. A value may be foreign (the name of a branch), so what Markdown or HTML could read as markup
is written as character references. Those show the same character in text and in links.
"""

import re
from collections.abc import Iterator, Mapping

from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import printable, quoted, shown

PLACEHOLDERS = ("version", "version_id", "commit", "ref", "run_url", "dataset_sha256")
# `${{ ... }}` is an expression of GitHub, in a README that shows a workflow.
_PLACEHOLDER = re.compile(r"(?<!\$)\{\{[ \t]*([^{}\s](?:[^{}\n]{0,98}[^{}\s])?)[ \t]*\}\}")
_MARKUP = re.compile(r"[^\w./:+-]|(?<![^\W_])_|_(?![^\W_])")  # `_` within a word is plain


def fill(text: str, values: Mapping[str, str]) -> str:
    """Return a README in which each `{{name}}` is the value of that name; others stay as they are.

    `values` has the names of `PLACEHOLDERS`; one that is missing or empty is left out of the text.
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        return _plain(values.get(name, "")) if name in PLACEHOLDERS else found[0]

    return _PLACEHOLDER.sub(value, text)


def unknown_placeholders(text: str, file: str = "") -> Iterator[Finding]:
    """Yield a warning for each `{{name}}` that is none of `PLACEHOLDERS`, at its first place.

    `file` is the README's path in the workspace.
    """
    told: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        for found in _PLACEHOLDER.finditer(line):
            name = found[1]
            if name not in PLACEHOLDERS and name not in told:
                told.add(name)
                place = f"{shown(file)}, line {number}: " if file else ""
                what = f"{place}unknown placeholder {quoted(found[0])}. It is left as it is"
                at = found.start() + 1
                yield Finding("readme", what, _fix(name), file, number, at, serious=False)


def _fix(name: str) -> str:
    if near := nearest(name, PLACEHOLDERS):
        return f"Did you mean `{{{{{near}}}}}`?"
    return f"Known placeholders: {', '.join(PLACEHOLDERS)}."


def _plain(value: str) -> str:
    """Return a text as Markdown that shows it, on one line."""
    line = printable(" ".join(value.split()))
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", line)
