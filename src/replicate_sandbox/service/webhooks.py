"""Webhooks: a run is posted to the URL that its request named."""

import threading
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx

from replicate_sandbox.contract.problems import invalid_fields
from replicate_sandbox.store.documents import Document

EVENTS = ("start", "output", "logs", "completed")
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


def check_webhook(given: Mapping[str, Any]) -> None:
    """Check the webhook and its events in a body. Raises `Problem`: 422."""
    if problems := list(_problems(given)):
        raise invalid_fields(problems)


def send(run: Document, event: str, body: Mapping[str, Any]) -> None:
    """Post the body in the background, if the run wants this event; failures are ignored."""
    if run["webhook"] and event in (run["webhook_events_filter"] or EVENTS):
        threading.Thread(target=_post, args=(run["webhook"], dict(body)), daemon=True).start()


def _problems(given: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if given.get("webhook") and not _is_allowed(given["webhook"]):
        yield "webhook", "Must be a valid HTTPS URL."
    if set(given.get("webhook_events_filter") or ()) - set(EVENTS):
        yield "webhook_events_filter", f"Must be among {', '.join(EVENTS)}."


def _is_allowed(url: str) -> bool:
    """Return whether a URL is https, or http on this machine."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    return bool(parts.hostname) and (parts.scheme == "https" or local)


def _post(url: str, body: Mapping[str, Any]) -> None:
    try:
        httpx.post(url, json=body, timeout=10, follow_redirects=False)
    except httpx.HTTPError:
        return
