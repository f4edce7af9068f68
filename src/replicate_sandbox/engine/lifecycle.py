"""The status of trainings and predictions: starting, processing, then one that is final."""

from collections.abc import Callable

from replicate_sandbox.contract import timestamps
from replicate_sandbox.store.documents import Document, Documents

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})
KINDS = ("training", "prediction")
Notify = Callable[[str, Document, str], None]  # kind, document, event


class Lifecycle:
    """Keeps each run's status, log and times; a run that has ended changes no more."""

    def __init__(self, documents: Documents, notify: Notify) -> None:
        """`notify` is called with the events `start`, `output`, `logs` and `completed`."""
        self._documents = documents
        self._notify = notify

    def get(self, kind: str, run_id: str) -> Document | None:
        """Return a run that has not ended; None for any other."""
        document = self._documents.get(kind, run_id)
        return document if document and document["status"] not in TERMINAL else None

    def start(self, kind: str, run_id: str) -> bool:
        """Mark a run as processing; return False if it has ended before."""
        changes = {"status": "processing", "started_at": timestamps.now()}
        return self._change(kind, run_id, changes, "start")

    def log(self, kind: str, run_id: str, text: str) -> None:
        """Keep the whole log so far of a run."""
        self._change(kind, run_id, {"logs": text}, "logs" if text else "")

    def output(self, kind: str, run_id: str, output: object) -> None:
        """Keep the whole output so far of a run."""
        document = self.get(kind, run_id)
        if document and document["output"] != output:
            self._change(kind, run_id, {"output": output}, "output")

    def end(
        self,
        kind: str,
        run_id: str,
        status: str,
        *,
        output: object = None,
        error: object = None,
        predict_time: float | None = None,
        logs: str | None = None,
    ) -> None:
        """End a run; `predict_time` (seconds) is taken from the clock if it is not given.

        An aborted run has never started.
        """
        document = self._documents.get(kind, run_id) or {}
        completed = timestamps.now()
        started = document.get("started_at") or completed
        total = timestamps.seconds_between(document.get("created_at", completed), completed)
        if predict_time is None:
            predict_time = timestamps.seconds_between(started, completed)
        metrics = {"predict_time": predict_time, "total_time": total}
        changes: Document = {
            "status": status,
            "output": output,
            "error": error,
            "started_at": started,
            "completed_at": completed,
            "metrics": metrics,
        }
        if status == "aborted":
            changes |= {"started_at": None, "metrics": {"total_time": total}}
        if logs is not None:
            changes["logs"] = logs
        self._change(kind, run_id, changes, "completed")

    def fail_unfinished(self, error: str) -> None:
        """Mark every run that has not ended as failed."""
        for kind in KINDS:
            for document in self._documents.list_all(kind):
                self.end(kind, document["id"], "failed", error=error)

    def _change(self, kind: str, run_id: str, changes: Document, event: str) -> bool:
        changed = False

        def change(document: Document) -> Document | None:
            nonlocal changed
            changed = document["status"] not in TERMINAL
            return {**document, **changes} if changed else None

        document = self._documents.update(kind, run_id, change)
        if changed and document and event:
            self._notify(kind, document, event)
        return changed
