"""The step as a process of its own, with the files and the environment that the runner gives."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from support.runner_view import read_file_command
from support.served import Served

FILES = ("OUTPUT", "STATE", "STEP_SUMMARY", "ENV", "PATH")
PROGRAM = ("-m", "replicate_train")


@dataclass
class Step:
    """A running or ended step."""

    process: subprocess.Popen[bytes]
    folder: Path
    file: Path = field(init=False)  # both streams

    def __post_init__(self) -> None:
        self.file = self.folder / "log"

    @property
    def log(self) -> str:
        return self.file.read_bytes().decode("utf-8")

    @property
    def outputs(self) -> dict[str, str]:
        return read_file_command(self.folder / "OUTPUT")

    @property
    def state(self) -> dict[str, str]:
        return read_file_command(self.folder / "STATE")

    @property
    def summary(self) -> str:
        return (self.folder / "STEP_SUMMARY").read_text("utf-8")

    def until(self, seen: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until something is so; the step must not end before."""
        end = time.monotonic() + seconds
        while not seen():
            assert self.process.poll() is None, self.log
            assert time.monotonic() < end, self.log
            time.sleep(0.01)

    def end(self, seconds: float = 30) -> int:
        return self.process.wait(timeout=seconds)


def inputs_for(served: Served, **inputs: str) -> dict[str, str]:
    """Return the environment variables of a step's inputs against a local Replicate."""
    given = {"api-url": served.url, "api-token": served.token}
    given |= {name.replace("_", "-"): value for name, value in inputs.items()}
    return {f"INPUT_{name.upper()}": value for name, value in given.items()}


def start(
    served: Served,
    workspace: Path,
    env: Mapping[str, str] | None = None,
    program: Sequence[str] = PROGRAM,
    **inputs: str,
) -> Step:
    """Start the entrypoint, or another program, in a workspace.

    It polls at least once a second: the local Replicate is not far, and its trainings are short.
    """
    inputs = {"max_poll_interval": "1s", **inputs}
    folder = Path(tempfile.mkdtemp(dir=workspace.parent))
    for name in FILES:
        (folder / name).touch()
    files = {f"GITHUB_{name}": str(folder / name) for name in FILES}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-Iu", *program],
            cwd=workspace,
            env={**os.environ, **files, **inputs_for(served, **inputs), **(env or {})},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    return Step(process, folder)
