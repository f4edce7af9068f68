"""The payload of the event that started the workflow, read with care: it may be anything."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_MOST_BYTES = 30_000_000  # GitHub sends payloads of at most 25 MB


def event_payload(environ: Mapping[str, str]) -> Mapping[str, Any]:
    """Return the event's payload; empty where there is none, or none that can be read."""
    try:
        with Path(environ.get("GITHUB_EVENT_PATH", "")).open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
        payload = json.loads(content) if len(content) <= _MOST_BYTES else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}
