"""Cog's HTTP server for one project, as a subprocess.

The worker is started as `python` from PATH, so this environment's `bin` comes first (tried with
cog 0.23.1).
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO

_SHOWN = 2000  # characters of the output that an error shows


class CogProcess:
    """A process that serves a copy of a project, so that nothing is written into the project."""

    def __init__(self, project: Path, mode: str, entry_point: str, weights: bytes | None) -> None:
        """Start serving `entry_point` (such as train.py:train) in a mode, `train` or `predict`.

        `weights` are the bytes of a trained model, which the project finds at COG_WEIGHTS.
        Raises `OSError` if the project cannot be copied.
        """
        self._work = tempfile.TemporaryDirectory(prefix="replicate-sandbox-")
        self._folder = Path(self._work.name, "src")
        shutil.copytree(project, self._folder, ignore=shutil.ignore_patterns("__pycache__"))
        log = Path(self._work.name, "engine.log")
        self._output: IO[bytes] = log.open("wb")
        self.port = _free_port()
        environment = _environment(mode, entry_point, self.port)
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
        return Path(self._output.name).read_text("utf-8", "replace")[-_SHOWN:]

    def _start(self, mode: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cog.server.http", f"--x-mode={mode}", "--host=127.0.0.1"]
        return subprocess.Popen(  # noqa: S603 - our own guard and Cog
            [sys.executable, "-m", "replicate_sandbox.engine.guard", *command],
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
