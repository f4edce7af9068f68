"""Lines of a dataset that match nothing: what is wrong with them, and what they may have meant."""

import os
import re

from replicate_train.dataset.globs import Globs, Pattern
from replicate_train.diagnostics.finding import Finding
from replicate_train.diagnostics.suggestion import nearest
from replicate_train.runner.text import shown
from replicate_train.runner.workspace import Workspace

CHECKOUT = "Check the spelling, and that actions/checkout (or a download) ran before this step."
_SLIPS = (
    (re.compile(r"^[a-zA-Z][\w+.-]*:"), "An address has to begin with https://."),
    (re.compile(r"^([\"']).*\1$"), "Leave the quotes out: they are taken as a part of the name."),
    (re.compile(r"\{.*,.*\}"), "Braces mean nothing in a pattern: write a line for each of them."),
    (re.compile(r"\S[ ,]+\S"), "Check the spelling; each line is one pattern."),
)


def missing(pattern: Pattern, globs: Globs, workspace: Workspace) -> Finding:
    """Tell of a line that was to name something."""
    for slip, fix in _SLIPS:
        if slip.search(pattern.text):
            said = f"{shown(pattern.text)} matches no file in the workspace"
            return Finding("dataset", said, fix)
    said = "matches no file in the workspace"
    if len(globs.patterns) == 1 and pattern.literal:
        said = "is not in the workspace: nothing is there, relative to the repository's root"
    fix = _guess(pattern, workspace) or CHECKOUT
    return Finding("dataset", f"{shown(pattern.text)} {said}", fix)


def idle(pattern: Pattern, workspace: Workspace) -> Finding:
    """Tell of a line that was to exclude something."""
    said = f"{shown(pattern.text)} excludes nothing"
    return Finding("dataset", said, _guess(pattern, workspace), serious=False)


def _guess(pattern: Pattern, workspace: Workspace) -> str:
    """Return what a path may have meant, by the names in its folder."""
    path = workspace.root / pattern.below
    try:
        with workspace.folder(workspace.real(path.parent)) as folder:
            names = os.listdir(folder)  # noqa: PTH208 - of a descriptor
    except (OSError, ValueError):
        return ""
    near = nearest(path.name, names) if pattern.literal else ""
    if not near:
        return ""
    meant = (path.parent / near).relative_to(workspace.root).as_posix()
    return f"Did you mean {shown(meant)}?"
