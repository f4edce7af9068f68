"""Hints for lines of `dataset` that match nothing."""

import os
import re

from replicate_train.dataset.globs import Globs, Pattern
from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

CHECKOUT = (
    "Check the spelling, and make sure that actions/checkout (or a download) runs before this step."
)
_HINTS = (
    (re.compile(r"^[a-zA-Z][\w+.-]*:"), "A URL must start with https://."),
    (re.compile(r"^([\"']).*\1$"), "Remove the quotes: they count as part of the name."),
    (re.compile(r"\{.*,.*\}"), "Braces are not supported: write one line for each alternative."),
    (re.compile(r"\S[ ,]+\S"), "Check the spelling. Each line is one pattern."),
)


def unmatched(pattern: Pattern, globs: Globs, workspace: Workspace) -> Finding:
    """Return the finding for a line that selects no file."""
    for mistake, fix in _HINTS:
        if mistake.search(pattern.text):
            return Finding("dataset", f"{shown(pattern.text)}: matches no file", fix)
    problem = "matches no file"
    if len(globs.patterns) == 1 and pattern.literal:
        problem = "not found in the workspace; paths are relative to the repository's root"
    fix = _guess(pattern, workspace) or CHECKOUT
    return Finding("dataset", f"{shown(pattern.text)}: {problem}", fix)


def excludes_nothing(pattern: Pattern, workspace: Workspace) -> Finding:
    """Return the warning for a line that excludes no file."""
    problem = f"{shown(pattern.text)}: excludes nothing"
    return Finding("dataset", problem, _guess(pattern, workspace), serious=False)


def _guess(pattern: Pattern, workspace: Workspace) -> str:
    """Return a suggestion for a path by the names in its folder; empty if there is none."""
    path = workspace.root / pattern.path
    try:
        with workspace.folder(workspace.real(path.parent)) as folder:
            names = os.listdir(folder)  # noqa: PTH208 - of a descriptor
    except (OSError, ValueError):
        return ""
    near = nearest(path.name, names) if pattern.literal else ""
    if not near:
        return ""
    suggested = (path.parent / near).relative_to(workspace.root).as_posix()
    return f"Did you mean {shown(suggested)}?"
