"""Webhooks: a run is posted to the URL that its request named, signed, and retried if need be.

Documented: the events, at most one `output` and one `logs` each 500 ms, no redirects, some
retries. Guessed: how many, the pauses between them, and that 429 and 5xx are retried, too.
"""

import json
import queue
import threading
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from replicate_sandbox.contract import signatures
from replicate_sandbox.service.webhook_fields import EVENTS
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

_THROTTLED = {"output", "logs"}
_LEAST_PAUSE = 0.5  # seconds between two throttled events of one kind
_RETRY_PAUSES = (0.5, 2.0, 8.0)  # seconds
_REMEMBERED = 1000  # runs that have completed: an event that is overtaken comes soon after

Queue = queue.SimpleQueue[bytes | None]


class Webhooks:
    """Sends webhooks: those of one run in order, in a thread that lasts as long as the run."""

    def __init__(self, store: Store, retry_pauses: Sequence[float] = _RETRY_PAUSES) -> None:
        self._documents = store.documents
        self._pauses = retry_pauses
        self._queues: dict[str, Queue] = {}
        self._sent_at: dict[tuple[str, str], float] = {}
        self._completed: deque[str] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()

    def secret(self, account: str) -> str:
        """Return the secret that signs the webhooks of an account's runs."""
        self._documents.add("webhook_secret", account, account, {"key": signatures.new_secret()})
        return str((self._documents.get("webhook_secret", account) or {})["key"])

    def send(self, run: Document, event: str, body: Mapping[str, Any]) -> None:
        """Post the body in the background, if the run wants this event now.

        Nothing is posted after `completed`: an event that another thread sends late is ignored.
        """
        if not run["webhook"]:
            return
        wanted = event in (run["webhook_events_filter"] or EVENTS)
        with self._lock:
            if run["id"] in self._completed:
                return
            waiting = self._queue(run)
            if wanted and not self._is_too_early(run["id"], event):
                waiting.put(json.dumps(body).encode())
            if event == "completed":
                self._completed.append(run["id"])
                waiting.put(None)

    def _queue(self, run: Document) -> Queue:
        """Return what is still to be sent for a run; None is its end."""
        waiting = self._queues.get(run["id"])
        if waiting is None:
            waiting = self._queues[run["id"]] = queue.SimpleQueue()
            arguments = (run, self.secret(run["owner"]), waiting)
            threading.Thread(target=self._deliver, args=arguments, daemon=True).start()
        return waiting

    def _is_too_early(self, run_id: str, event: str) -> bool:
        if event not in _THROTTLED:
            return False
        now = time.monotonic()
        last = self._sent_at.get((run_id, event))
        if last is not None and now - last < _LEAST_PAUSE:
            return True
        self._sent_at[run_id, event] = now
        return False

    def _deliver(self, run: Document, secret: str, waiting: Queue) -> None:
        from replicate_sandbox.service.webhook_delivery import (  # noqa: PLC0415 - it loads httpx
            deliver,
        )

        deliver(run["webhook"], secret, iter(waiting.get, None), self._pauses)
        with self._lock:
            self._queues.pop(run["id"], None)
            for throttled in _THROTTLED:
                self._sent_at.pop((run["id"], throttled), None)
