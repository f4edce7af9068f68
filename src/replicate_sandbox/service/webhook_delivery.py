"""Sending the webhooks of one run: signed, one after the other, and again if need be."""

import time
from collections.abc import Iterator, Sequence

import httpx

from replicate_sandbox.contract import ids, signatures

_TIMEOUT = 10.0  # seconds for an answer
_TOO_MANY, _SERVER_ERROR = 429, 500


def deliver(url: str, secret: str, bodies: Iterator[bytes], retry_pauses: Sequence[float]) -> None:
    """Post each body to a URL."""
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as http:
        for body in bodies:
            _post(http, url, secret, body, retry_pauses)


def _post(
    http: httpx.Client, url: str, secret: str, body: bytes, retry_pauses: Sequence[float]
) -> None:
    """Post a body until it is accepted or was tried often enough, under one message id."""
    message_id = f"msg_{ids.new_run_id()}"
    for pause in (*retry_pauses, None):
        signed = signatures.headers(secret, message_id, int(time.time()), body)
        try:
            headers = {"content-type": "application/json", **signed}
            status = http.post(url, content=body, headers=headers).status_code
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            status = _SERVER_ERROR
        if pause is None or not (status == _TOO_MANY or status >= _SERVER_ERROR):
            return
        time.sleep(pause)
