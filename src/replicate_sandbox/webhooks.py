"""Calling back: the run's object is posted to the webhook that its request named."""

import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

EVENTS = ("start", "output", "logs", "completed")
_HERE = {"127.0.0.1", "localhost", "::1"}


def may_be_called(url: str) -> bool:
    """Tell whether a webhook's URL is one: https, or http on this machine (for trying)."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in _HERE
    return bool(parts.hostname) and (parts.scheme == "https" or here)


def call(url: str | None, events: list[str] | None, event: str, body: Mapping[str, Any]) -> None:
    """Post the object in the background, if this event was asked for; failures are dropped."""
    if url and event in (events or EVENTS):
        threading.Thread(target=_post, args=(url, dict(body)), daemon=True).start()


def _post(url: str, body: Mapping[str, Any]) -> None:
    try:
        httpx.post(url, json=body, timeout=10, follow_redirects=False)
    except httpx.HTTPError:
        return
