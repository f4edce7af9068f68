"""Patterns for the dataset's files, one a line, as in GitHub's own actions: the last match decides.

`*` and `?` stay within a name, `**` is any number of folders, `[ab]` and `[!ab]` are one character
of a set; a pattern that names a folder takes all below it, and one that begins with `!` excludes.
"""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from replicate_train.runner.text import shown

_MAGIC = frozenset("*?[")
_PARTS = re.compile(r"(\*\*/|\*\*|\*|\?|\[!?[^\]]+\])")


@dataclass(frozen=True)
class Pattern:
    """A line: whether it excludes, what it names, and what the paths it takes look like.

    `folder` is the one in which it begins to look. All are relative to the workspace.
    """

    text: str
    excludes: bool
    below: str
    folder: str
    expression: re.Pattern[str]

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
            except re.error as error:
                return cls((), "", f"{shown(line)} is no pattern: {error}")
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
        return [one for one in self.patterns if one.expression.fullmatch(path)]


def _literal_folder(below: str, root: Path) -> str:
    """Return the folder in which a pattern begins to look."""
    parts: list[str] = []
    for part in below.split("/"):
        if set(part) & _MAGIC:
            break
        parts.append(part)
    folder = "/".join(parts) or "."
    return folder if (root / folder).is_dir() else os.path.dirname(folder) or "."  # noqa: PTH120 - text


def _expression(below: str) -> re.Pattern[str]:
    return re.compile(".*" if below == "." else _translated(below) + "(/.*)?", re.DOTALL)


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
