"""Cog's HTTP server for one project, as a subprocess.

The worker is started as `python` from PATH, so this environment's `bin` comes first (tried with
cog 0.23.1).
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.engine.log_end import end_of_log
from replicate_sandbox.engine.project import SCHEMA, content_id, copy_project
from replicate_sandbox.store.documents import Document

_SHOWN = 2000  # characters of the output that an error shows


class FilesChanged(Exception):
    """The files of a project are another version by now."""


class CogProcess:
    """A process that serves a copy of a project, so that nothing is written into the project."""

    def __init__(
        self, version: Document, mode: str, weights: bytes | None, limits: RunLimits
    ) -> None:
        """Start serving a version's code in a mode, `train` or `predict`.

        `weights` are the bytes of a trained model, which the project finds at COG_WEIGHTS.
        Raises `OSError` if the project cannot be copied, `FilesChanged` if it would train with
        files that are not those of the version.
        """
        self._limits = limits
        self._work = tempfile.TemporaryDirectory(prefix="replicate-sandbox-")
        self._folder = Path(self._work.name, "src")
        copy_project(Path(version["project"]), self._folder)
        if mode == "train" and content_id(self._folder) != version["id"]:
            self._work.cleanup()
            raise FilesChanged
        self._write_schema(version)
        log = Path(self._work.name, "engine.log")
        self._output: IO[bytes] = log.open("wb")
        self.port = _free_port()
        environment = _environment(mode, version[mode], self.port)
        if weights is not None:
            file = Path(self._work.name, "weights.npz")
            file.write_bytes(weights)
            environment["COG_WEIGHTS"] = str(file)
        self._process = self._start(mode, environment)

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """Make the guard kill the engine and its workers at once."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def close(self) -> None:
        """Kill the process, wait for its end, and delete the copy of the project."""
        self.kill()
        self._process.wait()
        self._output.close()
        self._work.cleanup()

    def output(self) -> str:
        """Return the last characters that the process printed."""
        self._output.flush()
        return end_of_log(Path(self._output.name), _SHOWN)

    def _write_schema(self, version: Document) -> None:
        """Give the engine the schema of a project that does not bring one: it checks inputs."""
        path = self._folder / SCHEMA
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            path.write_text(json.dumps(version["openapi_schema"]), "utf-8")

    def _start(self, mode: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cog.server.http", f"--x-mode={mode}", "--host=127.0.0.1"]
        limits = [str(self._limits.memory), str(self._limits.file)]
        return subprocess.Popen(  # noqa: S603 - our own guard and Cog
            [sys.executable, "-Pm", "replicate_sandbox.engine.guard", *limits, *command],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )


def _environment(mode: str, entry_point: str, port: int) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {
        **os.environ,
        "PATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        f"COG_{mode.upper()}_TYPE_STUB": entry_point,
        "PORT": str(port),
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
