"""The status of trainings and predictions: starting, processing, then one that is final."""

from collections.abc import Callable

from replicate_sandbox.contract import timestamps
from replicate_sandbox.engine.errors import EngineError
from replicate_sandbox.store.documents import Document, Documents

TERMINAL = frozenset({"succeeded", "failed", "canceled", "aborted"})
KINDS = ("training", "prediction")
UNFINISHED = ("starting", "processing")
Keep = Callable[[Document], object]
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
        return self._change(kind, run_id, lambda run: run | changes, "start")

    def log(self, kind: str, run_id: str, text: str) -> None:
        """Keep the whole log so far of a run."""
        self._change(kind, run_id, lambda run: run | {"logs": text}, "logs" if text else "")

    def output(self, kind: str, run_id: str, keep: Keep) -> None:
        """Keep the output so far of a run, which `keep` returns."""

        def changed(run: Document) -> Document | None:
            output = keep(run)
            return None if run["output"] == output else run | {"output": output}

        self._change(kind, run_id, changed, "output")

    def end(
        self,
        kind: str,
        run_id: str,
        status: str,
        *,
        keep: Keep | None = None,
        error: object = None,
        predict_time: float | None = None,
        logs: str | None = None,
    ) -> None:
        """End a run; `predict_time` (seconds) is taken from the clock if it is not given.

        `keep` stores what the run made, in the same transaction, and returns the run's output. The
        run fails if that raises `EngineError`. An aborted run has never started.
        """

        def ended(run: Document) -> Document:
            try:
                result = {"status": status, "output": keep(run) if keep else None, "error": error}
            except EngineError as lost:
                result = {"status": "failed", "output": None, "error": str(lost)}
            text = {} if logs is None else {"logs": logs}
            return run | result | text | _times(run, status, predict_time)

        self._change(kind, run_id, ended, "completed")

    def fail_unfinished(self, error: str) -> None:
        """Mark every run that has not ended as failed."""
        for kind in KINDS:
            for status in UNFINISHED:
                for document in self._documents.with_value(kind, "status", status):
                    self.end(kind, document["id"], "failed", error=error)

    def _change(
        self, kind: str, run_id: str, make: Callable[[Document], Document | None], event: str
    ) -> bool:
        """Replace a run that has not ended by what `make` returns; return whether it was."""
        changed = False

        def change(document: Document) -> Document | None:
            nonlocal changed
            after = None if document["status"] in TERMINAL else make(document)
            changed = after is not None
            return after

        document = self._documents.update(kind, run_id, change)
        if changed and document and event:
            self._notify(kind, document, event)
        return changed


def _times(run: Document, status: str, predict_time: float | None) -> Document:
    """Return the fields that say when a run started and ended, and how long it took."""
    completed = timestamps.now()
    total = timestamps.seconds_between(run["created_at"], completed)
    if status == "aborted":
        return {
            "started_at": None,
            "completed_at": completed,
            "metrics": {"total_time": total},
        }
    started = run["started_at"] or completed
    if predict_time is None:
        predict_time = timestamps.seconds_between(started, completed)
    metrics = {"predict_time": predict_time, "total_time": total}
    return {"started_at": started, "completed_at": completed, "metrics": metrics}
