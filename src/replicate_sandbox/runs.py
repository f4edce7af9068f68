"""Trainings and predictions as they run: one engine each, a few at a time, their state kept.

The engine tells how a run goes through a webhook of ours; `heard` takes it in. A cancelled run's
engine is killed, and what it still sends is not listened to.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from replicate_sandbox.contract import timestamps
from replicate_sandbox.engine import Engine, EngineError
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})
_INTERRUPTED = "The local Replicate was stopped while this was running."
_LISTEN_SECONDS = 1.0  # between two looks at the engine's health


@dataclass
class _Live:
    """A run that has an engine."""

    engine: Engine
    ended: threading.Event = field(default_factory=threading.Event)


class Runs:
    """Runs things on engines. `address` is where the engines reach this server."""

    def __init__(
        self,
        store: Store,
        on_event: Callable[[str, Document, str], None],
        on_output: Callable[[str, Document, Any], Any],
    ) -> None:
        self.address = ""
        self._store = store
        self._on_event = on_event
        self._on_output = on_output
        self._live: dict[str, _Live] = {}
        self._closing = False
        self._pools = {
            "training": ThreadPoolExecutor(2, thread_name_prefix="training"),
            "prediction": ThreadPoolExecutor(2, thread_name_prefix="prediction"),
        }

    def recover(self) -> None:
        """Mark what an earlier process left unfinished as failed."""
        for kind in self._pools:
            for document in self._store.documents.list_all(kind):
                self._end(kind, document["id"], "failed", error=_INTERRUPTED)

    def submit(self, kind: str, run_id: str, given: dict[str, Any]) -> None:
        """Run a document of that kind as soon as there is room; until then it is starting."""
        self._pools[kind].submit(self._run, kind, run_id, given)

    def heard(self, kind: str, run_id: str, said: Document) -> None:
        """Take in what an engine says of a run: its log so far, its output, its end."""
        live = self._live.get(run_id)
        status = said.get("status")
        changes = {"logs": said.get("logs") or ""}
        if status not in TERMINAL:
            document = self._change(kind, run_id, changes)
            if document and changes["logs"]:
                self._on_event(kind, document, "logs")
            return
        self._change(kind, run_id, changes)
        predict_time = (said.get("metrics") or {}).get("predict_time")
        if status == "succeeded":
            document = self._store.documents.get(kind, run_id)
            if document and document["status"] not in TERMINAL:
                output = self._on_output(kind, document, said.get("output"))
                self._end(kind, run_id, "succeeded", output=output, predict_time=predict_time)
        else:
            self._end(kind, run_id, str(status), error=said.get("error"), predict_time=predict_time)
        if live:
            live.ended.set()

    def cancel(self, kind: str, run_id: str) -> None:
        """End a run as canceled; nothing happens to one that has ended."""
        self._end(kind, run_id, "canceled")
        if live := self._live.get(run_id):
            live.engine.kill()
            live.ended.set()

    def wait(self, kind: str, run_id: str, seconds: float) -> None:
        """Return when a run has ended, or after that long."""
        step = threading.Event()
        for _ in range(round(seconds / 0.05)):
            document = self._store.documents.get(kind, run_id)
            if document is None or document["status"] in TERMINAL:
                return
            step.wait(0.05)

    def close(self) -> None:
        """Kill every engine and take no more runs."""
        self._closing = True
        for live in list(self._live.values()):
            live.engine.kill()
            live.ended.set()
        for pool in self._pools.values():
            pool.shutdown(cancel_futures=True)
        self.recover()

    def _run(self, kind: str, run_id: str, given: dict[str, Any]) -> None:
        document = self._store.documents.get(kind, run_id)
        if document is None or document["status"] in TERMINAL or self._closing:
            return
        version = (
            self._store.documents.get("version", f"{document['model']}:{document['version']}") or {}
        )
        weights = self._store.blobs.get(version["weights"]) if version.get("weights") else None
        entry = {
            "train" if kind == "training" else "predict": version.get(
                "train" if kind == "training" else "predict", ""
            )
        }
        try:
            with Engine(Path(version["project"]), weights=weights, **entry) as engine:
                self._attend(kind, run_id, given, engine)
        except (EngineError, OSError) as error:
            self._end(kind, run_id, "failed", error=str(error))
        finally:
            self._live.pop(run_id, None)

    def _attend(self, kind: str, run_id: str, given: dict[str, Any], engine: Engine) -> None:
        live = self._live[run_id] = _Live(engine)
        engine.wait_until_ready()
        started = self._change(
            kind, run_id, {"status": "processing", "started_at": timestamps.now()}
        )
        if started is None or self._closing:
            return
        self._on_event(kind, started, "start")
        begin = engine.train if kind == "training" else engine.predict
        begin(run_id, given, f"{self.address}/_engine/{kind}/{run_id}")
        while not live.ended.wait(_LISTEN_SECONDS):
            if engine.unhealthy() and not live.ended.wait(_LISTEN_SECONDS):
                raise EngineError("The engine died: its process, or its worker, was killed.")

    def _change(self, kind: str, run_id: str, changes: Document) -> Document | None:
        """Change a run that has not ended; None if it has."""
        changed = False

        def change(document: Document) -> Document | None:
            nonlocal changed
            changed = document["status"] not in TERMINAL
            return {**document, **changes} if changed else None

        document = self._store.documents.update(kind, run_id, change)
        return document if changed else None

    def _end(
        self,
        kind: str,
        run_id: str,
        status: str,
        *,
        output: object = None,
        error: object = None,
        predict_time: float | None = None,
    ) -> None:
        document = self._store.documents.get(kind, run_id) or {}
        completed = timestamps.now()
        started = document.get("started_at") or completed
        total = timestamps.seconds_between(document.get("created_at", completed), completed)
        if predict_time is None:
            predict_time = timestamps.seconds_between(started, completed)
        changes = {
            "status": status,
            "output": output,
            "error": error,
            "started_at": started,
            "completed_at": completed,
            "metrics": {"predict_time": predict_time, "total_time": total},
        }
        if ended := self._change(kind, run_id, changes):
            self._on_event(kind, ended, "completed")
