"""The output of a prediction as it comes, as server-sent events (documented)."""

import hmac
import json
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from replicate_sandbox.contract.problems import not_found
from replicate_sandbox.engine.lifecycle import TERMINAL
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

_LOOK_SECONDS = 0.05  # between two looks at the prediction
_QUIET_LOOKS = 20  # looks without news until a keep-alive
_REASONS = {"succeeded": {}, "failed": {"reason": "error"}}


class Event(NamedTuple):
    """An event with its data; a keep-alive has neither."""

    name: str
    data: Any


class Streams:
    """The streams of all predictions whose version streams."""

    def __init__(self, store: Store) -> None:
        self._documents = store.documents

    def open(self, run_id: str, key: str) -> Iterator[Event]:
        """Return the events of a prediction from its beginning. Raises `Problem`: 404."""
        run = self._documents.get("prediction", run_id)
        if run is None or not hmac.compare_digest(run["stream_key"].encode(), key.encode()):
            raise not_found()
        return self._events(run_id)

    def _events(self, run_id: str) -> Iterator[Event]:
        sent = looks = 0
        while run := self._documents.get("prediction", run_id):
            parts = run["output"] if isinstance(run["output"], list) else []
            for part in parts[sent:]:
                yield Event("output", part)
            looks = 0 if len(parts) > sent else looks + 1
            sent = max(sent, len(parts))
            if run["status"] in TERMINAL:
                yield from _last_events(run)
                return
            if looks % _QUIET_LOOKS == _QUIET_LOOKS - 1:
                yield Event("", None)
            threading.Event().wait(_LOOK_SECONDS)


def _last_events(run: Document) -> Iterator[Event]:
    if run["status"] == "failed":
        yield Event("error", json.dumps({"detail": str(run["error"])}))
    yield Event("done", json.dumps(_REASONS.get(run["status"], {"reason": "canceled"})))
