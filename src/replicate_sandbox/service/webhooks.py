"""Webhooks: a run is posted to the URL that its request named, signed, and retried if need be.

Documented: the events, at most one `output` and one `logs` each 500 ms, no redirects, some
retries. Guessed: how many, the pauses between them, and that 429 and 5xx are retried, too.
"""

import json
import queue
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from replicate_sandbox.contract import ids, signatures
from replicate_sandbox.service.webhook_fields import EVENTS
from replicate_sandbox.store.documents import Document
from replicate_sandbox.store.store import Store

_THROTTLED = {"output", "logs"}
_LEAST_PAUSE = 0.5  # seconds between two throttled events of one kind
_TIMEOUT = 10.0  # seconds for an answer
_RETRY_PAUSES = (0.5, 2.0, 8.0)  # seconds
_TOO_MANY, _SERVER_ERROR = 429, 500

Queue = queue.SimpleQueue[bytes | None]


class Webhooks:
    """Sends webhooks: those of one run in order, in a thread that lasts as long as the run."""

    def __init__(self, store: Store, retry_pauses: Sequence[float] = _RETRY_PAUSES) -> None:
        self._documents = store.documents
        self._pauses = retry_pauses
        self._queues: dict[str, Queue] = {}
        self._sent_at: dict[tuple[str, str], float] = {}
        self._lock = threading.Lock()

    def secret(self, account: str) -> str:
        """Return the secret that signs the webhooks of an account's runs."""
        self._documents.add("webhook_secret", account, account, {"key": signatures.new_secret()})
        return str((self._documents.get("webhook_secret", account) or {})["key"])

    def send(self, run: Document, event: str, body: Mapping[str, Any]) -> None:
        """Post the body in the background, if the run wants this event now."""
        if not run["webhook"]:
            return
        waiting = self._queue(run)
        wanted = event in (run["webhook_events_filter"] or EVENTS)
        if wanted and not self._is_too_early(run["id"], event):
            waiting.put(json.dumps(body).encode())
        if event == "completed":
            waiting.put(None)

    def _queue(self, run: Document) -> Queue:
        """Return what is still to be sent for a run; None is its end."""
        with self._lock:
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
        with self._lock:
            last = self._sent_at.get((run_id, event))
            if last is not None and now - last < _LEAST_PAUSE:
                return True
            self._sent_at[run_id, event] = now
        return False

    def _deliver(self, run: Document, secret: str, waiting: Queue) -> None:
        with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as http:
            while (body := waiting.get()) is not None:
                self._post(http, run["webhook"], secret, body)
        with self._lock:
            self._queues.pop(run["id"], None)
            for throttled in _THROTTLED:
                self._sent_at.pop((run["id"], throttled), None)

    def _post(self, http: httpx.Client, url: str, secret: str, body: bytes) -> None:
        """Post a body until it is accepted or was tried often enough, under one message id."""
        message_id = f"msg_{ids.new_run_id()}"
        for pause in (*self._pauses, None):
            signed = signatures.headers(secret, message_id, int(time.time()), body)
            try:
                headers = {"content-type": "application/json", **signed}
                status = http.post(url, content=body, headers=headers).status_code
            except (httpx.HTTPError, httpx.InvalidURL, ValueError):
                status = _SERVER_ERROR
            if pause is None or not (status == _TOO_MANY or status >= _SERVER_ERROR):
                return
            time.sleep(pause)
