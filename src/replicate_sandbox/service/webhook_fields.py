"""The fields of a body that name a webhook and its events."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from replicate_sandbox.contract.problems import Invalid, invalid_input

EVENTS = ("start", "output", "logs", "completed")
_LOCAL_HOSTS = {"127.0.0.1", "localhost", "::1"}


def check_webhook(given: Mapping[str, Any]) -> None:
    """Check the webhook and its events in a body. Raises `Problem`: 422."""
    if problems := list(_problems(given)):
        raise invalid_input(problems)


def _problems(given: Mapping[str, Any]) -> Iterator[Invalid]:
    if given.get("webhook") and not _is_allowed(given["webhook"]):
        yield Invalid("webhook", "Not a valid HTTPS URL", "format")
    if any(event not in EVENTS for event in given.get("webhook_events_filter") or ()):
        yield Invalid("webhook_events_filter", f"Must be among {', '.join(EVENTS)}.", "enum")


def _is_allowed(url: str) -> bool:
    """Return whether a URL is https, or http on this machine."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    local = parts.scheme == "http" and parts.hostname in _LOCAL_HOSTS
    return bool(parts.hostname) and (parts.scheme == "https" or local)
