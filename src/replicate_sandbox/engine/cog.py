"""One engine: Cog, asked over HTTP to run one training or prediction.

Tried with cog 0.23.1: `/health-check` answers 200 long before its status is READY, and a run's
state is only sent to its webhook.
"""

import time
from types import TracebackType
from typing import Any, Self

import httpx

from replicate_sandbox.engine.errors import EngineError
from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.engine.process import CogProcess, FilesChanged
from replicate_sandbox.store.documents import Document

_READY_SECONDS = 60.0
_POLL_SECONDS = 0.05
_SHOWN = 2000  # characters of an answer or log that an error shows
_PATHS = {"train": "trainings", "predict": "predictions"}


class Engine:
    """An engine for one version, in one mode: `train` or `predict`."""

    def __init__(
        self, version: Document, mode: str, weights: bytes | None, limits: RunLimits
    ) -> None:
        """Start the engine; see `CogProcess`. Raises `EngineError` and `OSError`."""
        self._mode = mode
        try:
            self._process = CogProcess(version, mode, weights, limits)
        except FilesChanged:
            raise EngineError(
                f"The files of {version['model']} changed before the training began, so the code "
                f"of version {version['id']} is gone. Train with the latest version."
            ) from None
        base = f"http://127.0.0.1:{self._process.port}"
        self._http = httpx.Client(base_url=base, timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.close()
        self._http.close()

    def kill(self) -> None:
        """End the engine and its workers at once."""
        self._process.kill()

    def wait_until_ready(self) -> None:
        """Return when the project is loaded. Raises `EngineError` if it cannot be."""
        end = time.monotonic() + _READY_SECONDS
        while time.monotonic() < end:
            health = self._health()
            status = health.get("status")
            if status == "READY":
                return
            if not self._process.alive or status in {"SETUP_FAILED", "DEFUNCT", "UNHEALTHY"}:
                logs = str((health.get("setup") or {}).get("logs") or self._process.output())
                raise EngineError(f"The model could not be set up.\n{logs[-_SHOWN:]}")
            time.sleep(_POLL_SECONDS)
        raise EngineError(f"The model was not ready within {_READY_SECONDS:.0f} s.")

    def run(self, run_id: str, given: dict[str, Any], webhook: str) -> None:
        """Start the run; its progress is sent to the webhook. Raises `EngineError`."""
        body = {"id": run_id, "input": given, "webhook": webhook}
        headers = {"Prefer": "respond-async"}
        try:
            answer = self._http.put(f"/{_PATHS[self._mode]}/{run_id}", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise EngineError(f"The engine did not accept the run: {error}") from error
        if answer.is_error:
            raise EngineError(f"The engine refused the input: {answer.text[:_SHOWN]}")

    def is_broken(self) -> bool:
        """Return whether the engine or its worker is gone, after which it sends nothing more."""
        return not self._process.alive or self._health().get("status") in {"UNHEALTHY", "DEFUNCT"}

    def _health(self) -> dict[str, Any]:
        try:
            health = self._http.get("/health-check", timeout=5).json()
        except (httpx.HTTPError, ValueError):
            return {}
        return health if isinstance(health, dict) else {}
