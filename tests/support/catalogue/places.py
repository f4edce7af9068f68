"""Every place of the source that makes a message, and which of them were reached.

A place is a call: of an error's class, of `Finding`, or of a method that prints. What is called
notes who called it, by the exact position of the call, so nothing has to be traced.
"""

import ast
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from replicate_train.dataset.inspection.findings import Findings
from replicate_train.diagnostics.errors import ActionError
from replicate_train.diagnostics.finding import Finding
from replicate_train.report.progress import Progress
from replicate_train.report.results import Results
from replicate_train.runner.commands import Runner
from support.catalogue.source import PACKAGE, Place, nodes

_PRINTING = ("say", "notice", "warning", "error")  # of `Runner`
_NOTING = ("error", "warning")  # of `Findings`
_SILENT = {"plan", "now", "measuring", "previous", "promoting", "readme_tried"}  # they only note
_TELLING = tuple(
    name for name in vars(Progress) if not name.startswith("_") and name not in _SILENT
)
_RESULTS = tuple(name for name in vars(Results) if not name.startswith("_") and name not in _SILENT)
_CALLS = re.compile(
    rf"(.*\.)?_?runner\.({'|'.join(_PRINTING)})|self\.say|(self\.)?notes\.({'|'.join(_NOTING)})"
    rf"|(.*\.)?(progress|Progress\(.*\))\.({'|'.join(_TELLING)})"
    rf"|(.*\.)?results\.({'|'.join(_RESULTS)})"
)

Position = tuple[str, int, int]  # a file, and the line and column in which a call ends


def places() -> dict[Position, Place]:
    """Return every place that makes a message."""
    found = list(nodes())
    made = {"Finding"} | _errors([one.node for one in found])
    return {
        (one.place.file, one.node.end_lineno or 0, one.node.end_col_offset or 0): one.place
        for one in found
        if isinstance(one.node, ast.Call)
        and ((called := ast.unparse(one.node.func)) in made or _CALLS.fullmatch(called))
    }


def _errors(found: list[ast.AST]) -> set[str]:
    """Return the names of `ActionError` and of all classes that are derived from it."""
    classes = [one for one in found if isinstance(one, ast.ClassDef)]
    names = {"ActionError"}
    while more := {
        one.name
        for one in classes
        if one.name not in names and {ast.unparse(base) for base in one.bases} & names
    }:
        names |= more
    return names


@contextmanager
def watched() -> Iterator[set[Position]]:
    """Collect the places that are reached within the block."""
    reached: set[Position] = set()
    with pytest.MonkeyPatch.context() as patch:
        for kind, names in (
            (ActionError, ("__init__",)),
            (Finding, ("__init__",)),
            (Runner, _PRINTING),
            (Findings, _NOTING),
            (Progress, _TELLING),
            (Results, _RESULTS),
        ):
            for name in names:
                patch.setattr(kind, name, _noting(getattr(kind, name), reached))
        yield reached


def _noting(method: Callable[..., Any], reached: set[Position]) -> Callable[..., Any]:
    @wraps(method)
    def noted(*arguments: Any, **named: Any) -> Any:
        frame: FrameType | None = sys._getframe(1)
        while frame:
            reached.add(_position(frame))
            # A class that calls its base is made by somebody else.
            frame = frame.f_back if frame.f_code.co_name == "__init__" else None
        return method(*arguments, **named)

    return noted


def _position(frame: FrameType) -> Position:
    path = Path(frame.f_code.co_filename)
    file = path.relative_to(PACKAGE).as_posix() if path.is_relative_to(PACKAGE) else ""
    _, line, _, column = list(frame.f_code.co_positions())[frame.f_lasti // 2]
    return file, line or 0, column or 0
