"""Patterns for the dataset's files, one a line, as in GitHub's own actions: the last match decides.

`*` and `?` stay within a name, `**` is any number of folders, `[ab]` and `[!ab]` are one character
of a set; a pattern that names a folder takes all below it, and one that begins with `!` excludes.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Self

_MAGIC = frozenset("*?[")
_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])")


@dataclass(frozen=True)
class Pattern:
    """A line: where it looks, relative to the workspace, and whether it excludes."""

    text: str
    excludes: bool
    below: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """What a path has to look like, relative to the workspace."""
        if self.below == ".":
            return re.compile(".*", re.DOTALL)
        return re.compile(_translated(self.below) + "(/.*)?", re.DOTALL)

    @property
    def literal(self) -> bool:
        """Whether it names one path."""
        return not set(self.below) & _MAGIC


@dataclass(frozen=True)
class Globs:
    """The lines, and the folder in which all of them look."""

    patterns: Sequence[Pattern]
    folder: str
    outside: str = ""

    @classmethod
    def read(cls, source: str, root: Path) -> Self:
        """Read the lines; `outside` is the first that leaves the workspace."""
        patterns: list[Pattern] = []
        for line in filter(None, (line.strip() for line in source.splitlines())):
            text = line.removeprefix("!").strip()
            below = os.path.relpath(os.path.normpath(root / text), root)
            if below == ".." or below.startswith("../"):
                return cls((), "", line)
            patterns.append(Pattern(line, line.startswith("!"), below))
        folders = [_literal_folder(one, root) for one in patterns if not one.excludes]
        common = os.path.commonpath(folders) if folders else ""
        return cls(tuple(patterns), "" if common == "." else common)

    @property
    def including(self) -> list[Pattern]:
        """The patterns that do not exclude."""
        return [pattern for pattern in self.patterns if not pattern.excludes]

    def matching(self, path: str) -> list[Pattern]:
        """Return the patterns that take a path in, none where the last that matches excludes it."""
        found = [one for one in self.patterns if one.expression.fullmatch(path)]
        if not found or found[-1].excludes:
            return []
        return [one for one in found if not one.excludes]

    def reached(self, path: str) -> list[Pattern]:
        """Return the including patterns that a path fits, whether it is excluded or not."""
        return [one for one in self.including if one.expression.fullmatch(path)]


def _literal_folder(pattern: Pattern, root: Path) -> str:
    """Return the folder in which a pattern begins to look."""
    parts: list[str] = []
    for part in pattern.below.split("/"):
        if set(part) & _MAGIC:
            break
        parts.append(part)
    folder = "/".join(parts) or "."
    return folder if (root / folder).is_dir() else os.path.dirname(folder) or "."  # noqa: PTH120 - text


def _translated(pattern: str) -> str:
    kinds = {"**/": "(?:[^/]+/)*", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    translated = []
    for part in _PARTS.split(pattern):
        if part in kinds:
            translated.append(kinds[part])
        elif part.startswith("[") and part.endswith("]") and len(part) > 2:  # noqa: PLR2004 - not empty
            inner = part[1:-1].replace("\\", "\\\\").replace("[", "\\[").replace("^", "\\^")
            inner = f"^/{inner[1:]}" if inner.startswith("!") else inner
            translated.append(f"[{inner}]")
        else:
            translated.append(re.escape(part))
    return "".join(translated)
