"""Trainings and predictions as they run: one engine each, a few at a time.

An engine reports to a webhook of ours, and `report` takes that in. A cancelled run's engine is
killed, and its late reports change nothing.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from replicate_sandbox.engine.errors import EngineError, explained
from replicate_sandbox.engine.lifecycle import KINDS, Lifecycle, Notify
from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.engine.reports import KeepOutput, Reports
from replicate_sandbox.engine.script import Script
from replicate_sandbox.engine.scripted import ScriptedRuns
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

if TYPE_CHECKING:
    from replicate_sandbox.engine.cog import Engine

_AT_ONCE = 2  # runs of a kind
_INTERRUPTED = "The local Replicate was stopped while this was running."
_HEALTH_SECONDS = 1.0  # between two looks at an engine's health
_WAIT_SECONDS = 0.05  # between two looks at a run that a request waits for
Simulate = Callable[[str, str, dict[str, Any]], Script]


@dataclass
class _Live:
    """A run that has an engine."""

    engine: "Engine"
    ended: threading.Event = field(default_factory=threading.Event)


class Runs:
    """Runs what is submitted; `kind` is `training` or `prediction`."""

    def __init__(
        self,
        store: Store,
        address: str,
        notify: Notify,
        keep_output: KeepOutput,
        *,
        limits: RunLimits | None = None,
        simulate: Simulate | None = None,
    ) -> None:
        """`address` is where engines reach this server, such as http://127.0.0.1:8123.

        `keep_output` stores the files of an engine's output (kind, run, output) and returns the
        output with references to them. `simulate` makes the scripts of versions that are simulated
        (their trainer, kind, input).
        """
        self._limits = limits or RunLimits()
        self._simulate = simulate
        self._store = store
        self._address = address
        self._lifecycle = Lifecycle(store.documents, notify)
        self._reports = Reports(self._lifecycle, keep_output, self._limits)
        self._scripted = ScriptedRuns(self._lifecycle, keep_output)
        self._printed: dict[str, str] = {}  # logs that scripts print before a run's own code
        self._live: dict[str, _Live] = {}
        self._closing = False
        self._pools = {kind: ThreadPoolExecutor(_AT_ONCE, kind) for kind in KINDS}

    def fail_unfinished(self) -> None:
        """Mark the runs that an earlier process left unfinished as failed."""
        self._lifecycle.fail_unfinished(_INTERRUPTED)

    def submit(
        self, kind: str, run_id: str, given: dict[str, Any], script: Script | None = None
    ) -> None:
        """Queue a run; its status is `starting` until there is room for it.

        With a script it follows that first.
        """

        def run() -> None:
            if not self._closing:
                self._pools[kind].submit(self._run, kind, run_id, given)

        if script is None:
            run()
            return
        if not script.status:
            self._printed[run_id] = script.log
        self._scripted.start(kind, run_id, script, run)

    def report(self, kind: str, run_id: str, state: Document) -> None:
        """Take in what an engine reports of a run: its log and output so far, or its end."""
        live = self._live.get(run_id)
        printed = self._printed.get(run_id, "")
        try:
            last = self._reports.take_in(kind, run_id, state, printed)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run has to end
            self.fail(kind, run_id, explained(error))
            return
        if last and live:
            live.ended.set()

    def fail(self, kind: str, run_id: str, error: str) -> None:
        """End a run as failed; a run that has ended stays as it is."""
        self._stop(kind, run_id, "failed", error)

    def cancel(self, kind: str, run_id: str) -> None:
        """End a run as canceled; a run that has ended stays as it is."""
        self._stop(kind, run_id, "canceled")

    def expire_after(self, kind: str, run_id: str, seconds: float) -> None:
        """End a run at its deadline: as canceled, or as aborted if it has not started by then."""

        def expire() -> None:
            document = self._lifecycle.get(kind, run_id)
            if document:
                started = document["status"] == "processing"
                self._stop(kind, run_id, "canceled" if started else "aborted")

        timer = threading.Timer(seconds, expire)
        timer.daemon = True
        timer.start()

    def _stop(self, kind: str, run_id: str, status: str, error: str | None = None) -> None:
        self._lifecycle.end(kind, run_id, status, error=error)
        self._scripted.stop(run_id)
        self._printed.pop(run_id, None)
        if live := self._live.get(run_id):
            live.engine.kill()
            live.ended.set()

    def wait(self, kind: str, run_id: str, seconds: float) -> None:
        """Return when a run has ended, at the latest after `seconds`."""
        pause = threading.Event()
        for _ in range(round(seconds / _WAIT_SECONDS)):
            if self._lifecycle.get(kind, run_id) is None:
                return
            pause.wait(_WAIT_SECONDS)

    def close(self) -> None:
        """Kill every engine, accept no more runs, and mark unfinished ones as failed."""
        self._closing = True
        self._scripted.close()
        for live in list(self._live.values()):
            live.engine.kill()
            live.ended.set()
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)
        self.fail_unfinished()

    def _run(self, kind: str, run_id: str, given: dict[str, Any]) -> None:
        try:
            document = self._lifecycle.get(kind, run_id)
            if document is None or self._closing:
                return
            version = self._version(document)
            if self._simulate and version.get("simulated"):
                script = self._simulate(version["simulated"], kind, given)
                self._scripted.play(kind, run_id, script, self._printed.get(run_id, ""))
                return
            with self._engine(kind, version) as engine:
                self._attend(kind, run_id, given, engine)
        except Exception as error:  # noqa: BLE001 - whatever it is, the run has to end
            reason = _INTERRUPTED if self._closing else explained(error)
            self._lifecycle.end(kind, run_id, "failed", error=reason)
        finally:
            self._live.pop(run_id, None)
            self._printed.pop(run_id, None)

    def _version(self, document: Document) -> Document:
        version_key = f"{document['model']}:{document['version']}"
        version = self._store.documents.get("version", version_key)
        if version is None:
            raise EngineError(f"The version {version_key} was deleted before it ran.")
        return version

    def _engine(self, kind: str, version: Document) -> "Engine":
        from replicate_sandbox.engine.cog import Engine  # noqa: PLC0415 - httpx is loaded when needed

        weights = self._store.blobs.get(version["weights"]) if version.get("weights") else None
        mode = "train" if kind == "training" else "predict"
        return Engine(version, mode, weights, self._limits)

    def _attend(self, kind: str, run_id: str, given: dict[str, Any], engine: "Engine") -> None:
        live = self._live[run_id] = _Live(engine)
        if self._closing or self._lifecycle.get(kind, run_id) is None:
            return  # ended before there was an engine to kill
        end = time.monotonic() + self._limits.seconds
        engine.wait_until_ready()
        if self._closing or not self._lifecycle.start(kind, run_id):
            return
        engine.run(run_id, given, f"{self._address}/_engine/{kind}/{run_id}")
        while not live.ended.wait(_HEALTH_SECONDS):
            if time.monotonic() > end:
                minutes = f"{self._limits.minutes:g} minutes"
                raise EngineError(f"The run was stopped after {minutes}. See --run-minutes.")
            if engine.is_broken() and not live.ended.wait(_HEALTH_SECONDS):
                raise EngineError("The engine stopped: its process or its worker was killed.")
