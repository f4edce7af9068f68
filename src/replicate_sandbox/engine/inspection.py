"""Deriving a project's schema from its code, in a process of its own and with a time limit."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.engine.log_end import end_of_log
from replicate_sandbox.engine.project import Project, Unloadable, copy_project
from replicate_sandbox.store.documents import Document

_SECONDS = 20.0
_LIMITS = RunLimits()
_SHOWN = 4000  # characters of the output that an error shows


def derived_schema(project: Project, seconds: float = _SECONDS) -> Document:
    """Return the OpenAPI document of `train()` and `predict()`.

    The code is imported in a copy of the project. Raises `Unloadable`.
    """
    with tempfile.TemporaryDirectory(prefix="replicate-sandbox-") as work:
        folder, result, log = (Path(work, name) for name in ("src", "result.json", "log"))
        try:
            copy_project(project.folder, folder)
        except OSError as error:
            raise Unloadable(f"The project cannot be copied: {error}") from None
        with log.open("wb") as output:
            ended = _run(project, folder, result, output.fileno(), seconds)
        printed = end_of_log(log, _SHOWN)
        if not ended:
            raise Unloadable(f"Importing it took longer than {seconds:g} s.", printed)
        if not result.is_file():
            raise Unloadable("Importing it ended the Python process.", printed)
        found = json.loads(result.read_text("utf-8"))
    if "schema" not in found:
        raise Unloadable(found["reason"], found["details"])
    return dict(found["schema"])


def _run(project: Project, folder: Path, result: Path, output: int, seconds: float) -> bool:
    """Run the inspector and return whether it ended in time."""
    entries = [entry for entry in (project.train, project.predict) if entry]
    inspector = [sys.executable, "-Pm", "replicate_sandbox.engine.inspector", str(result), *entries]
    limits = [str(_LIMITS.memory), str(_LIMITS.file)]
    process = subprocess.Popen(  # noqa: S603 - our own guard and inspector
        [sys.executable, "-Pm", "replicate_sandbox.engine.guard", *limits, *inspector],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.PIPE,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        if process.stdin:
            process.stdin.close()  # the guard kills the inspector and what it started
        process.wait()
    return True
