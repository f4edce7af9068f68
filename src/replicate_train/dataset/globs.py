"""Patterns for the dataset's files, one per line, as in GitHub's actions: the last match decides.

`*` and `?` stay within a name, `**` is any number of folders, `[ab]` and `[!ab]` are one character
of a set; a pattern that names a folder takes all below it, and one that begins with `!` excludes.

Rust's regex, which pydantic includes, matches them in linear time, however many stars they have.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic_core import SchemaError, SchemaValidator, core_schema

from replicate_train.runner.text import shown

_MAX_PATTERN = 4_096  # characters, as of a path
_MAGIC = frozenset("*?[")
_PARTS = re.compile(r"((?:\*\*/)+|\*\*|\*|\?|\[!?[^\]]+\])")
_WILDCARDS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True)
class Pattern:
    """A line: whether it excludes, its path, and the expression that matches paths.

    `folder` is the deepest one that contains all matches. Paths are relative to the workspace.
    """

    text: str
    excludes: bool
    path: str
    folder: str
    expression: SchemaValidator

    @property
    def literal(self) -> bool:
        """Whether it names one path."""
        return not set(self.path) & _MAGIC


@dataclass(frozen=True)
class Globs:
    """The lines, and the folder that contains all their matches. `problem`: why one is invalid."""

    patterns: Sequence[Pattern]
    folder: str
    problem: str = ""

    @classmethod
    def read(cls, source: str, root: Path) -> Self:
        """Read the lines; the first one that is not valid is the problem."""
        patterns: list[Pattern] = []
        for line in filter(None, (line.strip() for line in source.splitlines())):
            text = line.removeprefix("!").strip()
            path = os.path.relpath(os.path.normpath(root / text), root)
            if path == ".." or path.startswith("../"):
                return cls((), "", f"{shown(line)}: outside the workspace")
            try:
                expression = _expression(path)
            except (ValueError, SchemaError):
                return cls((), "", f"{shown(line)}: not a valid pattern")
            folder = _literal_folder(path, root)
            patterns.append(Pattern(line, line.startswith("!"), path, folder, expression))
        folders = [one.folder for one in patterns if not one.excludes]
        common = os.path.commonpath(folders) if folders else ""
        return cls(tuple(patterns), "" if common == "." else common)

    @property
    def including(self) -> list[Pattern]:
        """The patterns that do not exclude."""
        return [pattern for pattern in self.patterns if not pattern.excludes]

    def matching(self, path: str) -> list[Pattern]:
        """Return the patterns that match a path, in their order: the last one decides."""
        text = _utf8(path)
        return [one for one in self.patterns if one.expression.isinstance_python(text)]


def _literal_folder(path: str, root: Path) -> str:
    """Return the deepest folder that contains all matches of a pattern."""
    parts: list[str] = []
    for part in path.split("/"):
        if set(part) & _MAGIC:
            break
        parts.append(part)
    folder = "/".join(parts) or "."
    return folder if (root / folder).is_dir() else os.path.dirname(folder) or "."  # noqa: PTH120 - text


def _expression(path: str) -> SchemaValidator:
    """Return the expression for a path. Raises `ValueError` or `SchemaError` if it is not valid."""
    if len(path) > _MAX_PATTERN:
        raise ValueError("too long")
    whole = ".*" if path == "." else f"{_translated(_utf8(path))}(?:/.*)?"
    return SchemaValidator(core_schema.str_schema(pattern=rf"(?s)\A(?:{whole})\z"))


def _translated(pattern: str) -> str:
    translated = []
    for part in _PARTS.split(pattern):
        if part.startswith("**/"):
            translated.append("(?:[^/]+/)*")
        elif part.startswith("[") and part.endswith("]") and len(part) > 2:  # noqa: PLR2004 - not empty
            translated.append(_set(part[1:-1]))
        else:
            translated.append(_WILDCARDS.get(part) or "".join(map(_code, part)))
    return "".join(translated)


def _set(inner: str) -> str:
    """Translate the text between brackets. Raises `ValueError` for a range that is reversed."""
    excludes = inner.startswith("!")
    characters, ranges = inner.removeprefix("!"), []
    while characters:
        long = len(characters) > 2 and characters[1] == "-"  # noqa: PLR2004 - a-z
        first, last = characters[0], characters[2] if long else characters[0]
        if last < first:
            raise ValueError(f"bad range {first}-{last}")
        ranges.append(f"{_code(first)}-{_code(last)}")
        characters = characters[3:] if long else characters[1:]
    return f"[{'^/' if excludes else ''}{''.join(ranges)}]"


def _code(character: str) -> str:
    return f"\\x{{{ord(character):x}}}"


def _utf8(text: str) -> str:
    """Return a text as Rust takes it: bytes that are not UTF-8 are one character each."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
