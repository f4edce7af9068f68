"""Patterns for the dataset's files, one a line, as in GitHub's own actions: the last match decides.

`*` and `?` stay within a name, `**` is any number of folders, `[ab]` and `[!ab]` are one character
of a set; a pattern that names a folder takes all below it, and one that begins with `!` excludes.

They are matched by Rust's regex, which pydantic brings along: in linear time, however many stars.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic_core import SchemaError, SchemaValidator, core_schema

from replicate_train.runner.text import shown

_LONGEST = 4_096  # characters of a pattern, as of a path
_MAGIC = frozenset("*?[")
_PARTS = re.compile(r"((?:\*\*/)+|\*\*|\*|\?|\[!?[^\]]+\])")
_KINDS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


@dataclass(frozen=True)
class Pattern:
    """A line: whether it excludes, what it names, and what the paths it takes look like.

    `folder` is the one in which it begins to look. All are relative to the workspace.
    """

    text: str
    excludes: bool
    below: str
    folder: str
    expression: SchemaValidator

    @property
    def literal(self) -> bool:
        """Whether it names one path."""
        return not set(self.below) & _MAGIC


@dataclass(frozen=True)
class Globs:
    """The lines, and the folder in which all of them look. `problem` is why they cannot be used."""

    patterns: Sequence[Pattern]
    folder: str
    problem: str = ""

    @classmethod
    def read(cls, source: str, root: Path) -> Self:
        """Read the lines; the first that cannot be used is the problem."""
        patterns: list[Pattern] = []
        for line in filter(None, (line.strip() for line in source.splitlines())):
            text = line.removeprefix("!").strip()
            below = os.path.relpath(os.path.normpath(root / text), root)
            if below == ".." or below.startswith("../"):
                return cls((), "", f"{shown(line)} is outside the workspace")
            try:
                expression = _expression(below)
            except (ValueError, SchemaError):
                return cls((), "", f"{shown(line)} is no pattern that can be read")
            folder = _literal_folder(below, root)
            patterns.append(Pattern(line, line.startswith("!"), below, folder, expression))
        folders = [one.folder for one in patterns if not one.excludes]
        common = os.path.commonpath(folders) if folders else ""
        return cls(tuple(patterns), "" if common == "." else common)

    @property
    def including(self) -> list[Pattern]:
        """The patterns that do not exclude."""
        return [pattern for pattern in self.patterns if not pattern.excludes]

    def matching(self, path: str) -> list[Pattern]:
        """Return the patterns that a path fits, in their order: the last one decides."""
        text = _utf8(path)
        return [one for one in self.patterns if one.expression.isinstance_python(text)]


def _literal_folder(below: str, root: Path) -> str:
    """Return the folder in which a pattern begins to look."""
    parts: list[str] = []
    for part in below.split("/"):
        if set(part) & _MAGIC:
            break
        parts.append(part)
    folder = "/".join(parts) or "."
    return folder if (root / folder).is_dir() else os.path.dirname(folder) or "."  # noqa: PTH120 - text


def _expression(below: str) -> SchemaValidator:
    """Return what a path has to fit. Raises `ValueError` or `SchemaError` for a wrong pattern."""
    if len(below) > _LONGEST:
        raise ValueError("too long")
    whole = ".*" if below == "." else f"{_translated(_utf8(below))}(?:/.*)?"
    return SchemaValidator(core_schema.str_schema(pattern=rf"(?s)\A(?:{whole})\z"))


def _translated(pattern: str) -> str:
    translated = []
    for part in _PARTS.split(pattern):
        if part.startswith("**/"):
            translated.append("(?:[^/]+/)*")
        elif part.startswith("[") and part.endswith("]") and len(part) > 2:  # noqa: PLR2004 - not empty
            translated.append(_set(part[1:-1]))
        else:
            translated.append(_KINDS.get(part) or "".join(map(_code, part)))
    return "".join(translated)


def _set(inner: str) -> str:
    """Translate what stands between brackets. Raises `ValueError` for a range that has no end."""
    excludes = inner.startswith("!")
    signs, ranges = inner.removeprefix("!"), []
    while signs:
        long = len(signs) > 2 and signs[1] == "-"  # noqa: PLR2004 - a-z
        first, last = signs[0], signs[2] if long else signs[0]
        if last < first:
            raise ValueError(f"bad range {first}-{last}")
        ranges.append(f"{_code(first)}-{_code(last)}")
        signs = signs[3:] if long else signs[1:]
    return f"[{'^/' if excludes else ''}{''.join(ranges)}]"


def _code(sign: str) -> str:
    return f"\\x{{{ord(sign):x}}}"


def _utf8(text: str) -> str:
    """Return a text as Rust takes it: bytes of a name that are not UTF-8 are one sign each."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
