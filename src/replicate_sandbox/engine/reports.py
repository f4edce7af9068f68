"""Reports of engines, taken into the documents of their runs."""

from collections.abc import Callable
from typing import Any

from replicate_sandbox.engine.lifecycle import TERMINAL, Keep, Lifecycle
from replicate_sandbox.engine.limits import RunLimits
from replicate_sandbox.store.documents import Document

KeepOutput = Callable[[str, Document, Any], Any]


class Reports:
    """Takes in the log, the output and the end that an engine reports."""

    def __init__(self, lifecycle: Lifecycle, keep_output: KeepOutput, limits: RunLimits) -> None:
        self._limits = limits
        self._lifecycle = lifecycle
        self._keep_output = keep_output

    def take_in(self, kind: str, run_id: str, state: Document, printed: str) -> bool:
        """Take in a report and return whether it is the last; `printed` goes before its log."""
        document = self._lifecycle.get(kind, run_id)
        logs = printed + (state.get("logs") or "")
        if state.get("status") in TERMINAL:
            if document:
                self._end(kind, document, state, logs)
            return True
        self._lifecycle.log(kind, run_id, logs)
        if document and kind == "prediction" and state.get("output") is not None:
            self._lifecycle.output(kind, run_id, self._keep(kind, state["output"]))
        return False

    def _end(self, kind: str, document: Document, state: Document, logs: str) -> None:
        succeeded = state["status"] == "succeeded"
        self._lifecycle.end(
            kind,
            document["id"],
            str(state["status"]),
            keep=self._keep(kind, state.get("output")) if succeeded else None,
            error=None if succeeded else self._limits.explained(state.get("error")),
            predict_time=(state.get("metrics") or {}).get("predict_time"),
            logs=logs,
        )

    def _keep(self, kind: str, output: object) -> Keep:
        return lambda run: self._keep_output(kind, run, output)
