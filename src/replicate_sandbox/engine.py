"""Replicate's engine, Cog, serving one project for one run, as a subprocess.

What is known of it: the worker is started as `python` from PATH, so this environment's `bin`
comes first; `/health-check` answers 200 long before it is READY; a run's state is only sent to
its webhook. All tried with cog 0.23.1.
"""

import base64
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import httpx

_READY_SECONDS = 60.0
_LOOK_SECONDS = 0.05


class EngineError(Exception):
    """The engine could not do its part; the words are for the run's `error`."""


class Engine:
    """One engine process, in a copy of the project, so that nothing is written into it."""

    def __init__(
        self, folder: Path, *, train: str = "", predict: str = "", weights: bytes | None
    ) -> None:
        self._work = tempfile.TemporaryDirectory(prefix="replicate-sandbox-")
        self._folder = Path(self._work.name, "src")
        shutil.copytree(folder, self._folder, ignore=shutil.ignore_patterns("__pycache__"))
        log = Path(self._work.name, "engine.log")
        self._output: IO[bytes] = log.open("wb")
        environment = dict(os.environ)
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        environment["OPENBLAS_NUM_THREADS"] = "1"
        mode = "train" if train else "predict"
        environment[f"COG_{mode.upper()}_TYPE_STUB"] = train or predict
        if weights is not None:
            file = Path(self._work.name, "weights.npz")
            file.write_bytes(weights)
            environment["COG_WEIGHTS"] = str(file)
        self._port = _free_port()
        environment["PORT"] = str(self._port)
        self._process = self._start(mode, environment)
        self._http = httpx.Client(
            base_url=f"http://127.0.0.1:{self._port}", timeout=30, trust_env=False
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        self._process.wait()
        self._http.close()
        self._output.close()
        self._work.cleanup()

    @property
    def alive(self) -> bool:
        """Whether the engine's process runs."""
        return self._process.poll() is None

    def kill(self) -> None:
        """End the engine and its workers at once."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()

    def wait_until_ready(self) -> None:
        """Return once the project is loaded. Raises `EngineError` if it cannot be."""
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            state = self._health()
            if state.get("status") == "READY":
                return
            if not self.alive or state.get("status") in {"SETUP_FAILED", "DEFUNCT", "UNHEALTHY"}:
                logs = str((state.get("setup") or {}).get("logs") or self._tail())
                raise EngineError(f"The model could not be set up.\n{logs[-2000:]}")
            time.sleep(_LOOK_SECONDS)
        raise EngineError(f"The model was not ready within {_READY_SECONDS:.0f} s.")

    def train(self, run_id: str, given: dict[str, Any], webhook: str) -> None:
        """Begin a training; how it goes is sent to the webhook. Raises `EngineError`."""
        self._put(f"/trainings/{run_id}", run_id, given, webhook)

    def predict(self, run_id: str, given: dict[str, Any], webhook: str) -> None:
        """Begin a prediction; how it goes is sent to the webhook. Raises `EngineError`."""
        self._put(f"/predictions/{run_id}", run_id, given, webhook)

    def unhealthy(self) -> bool:
        """Tell whether the engine has lost its worker, after which it sends nothing more."""
        return not self.alive or self._health().get("status") in {"UNHEALTHY", "DEFUNCT"}

    def _put(self, path: str, run_id: str, given: dict[str, Any], webhook: str) -> None:
        body = {"id": run_id, "input": given, "webhook": webhook}
        try:
            answer = self._http.put(path, json=body, headers={"Prefer": "respond-async"})
        except httpx.HTTPError as error:
            raise EngineError(f"The engine did not take the run: {error}") from error
        if answer.is_error:
            raise EngineError(f"The engine refused the input: {answer.text[:2000]}")

    def _health(self) -> dict[str, Any]:
        try:
            state = self._http.get("/health-check", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _start(self, mode: str, environment: dict[str, str]) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "cog.server.http", f"--x-mode={mode}", "--host=127.0.0.1"]
        return subprocess.Popen(  # noqa: S603 - our own guard and Cog
            [sys.executable, "-m", "replicate_sandbox.guard", *command],
            cwd=self._folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def _tail(self) -> str:
        self._output.flush()
        return Path(self._output.name).read_text("utf-8", "replace")[-2000:]


def file_of(data_url: object) -> bytes | None:
    """Return the bytes of an output file, which Cog hands over as a `data:` URL."""
    if not isinstance(data_url, str) or not data_url.startswith("data:"):
        return None
    head, _, body = data_url.partition(",")
    return base64.b64decode(body) if head.endswith(";base64") else body.encode()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
