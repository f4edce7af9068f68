"""The headers of a request for a prediction: `Prefer` and `Cancel-After` (documented)."""

import re
from collections.abc import Mapping

from replicate_sandbox.contract.problems import Invalid, invalid_input

_PREFER = re.compile(r"wait(?:=([1-9]|[1-5][0-9]|60))?")
_LONGEST_WAIT = 60.0  # seconds
_DURATION = re.compile(r"(?=.)(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s?)?")
_SHORTEST_LIFE = 5  # seconds


def wait_seconds(headers: Mapping[str, str]) -> float | None:
    """Return how long the request waits for the end; None without a valid `Prefer: wait`."""
    prefer = _PREFER.fullmatch(headers.get("prefer", ""))
    return float(prefer[1] or _LONGEST_WAIT) if prefer else None


def cancel_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds after which the run is cancelled, or None. Raises `Problem`: 422.

    A duration is like 90, 90s, 5m or 1h30m45s, and at least 5 seconds.
    """
    text = headers.get("cancel-after")
    if text is None:
        return None
    match = _DURATION.fullmatch(text.strip())
    hours, minutes, seconds = (int(part or 0) for part in match.groups()) if match else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if total < _SHORTEST_LIFE:
        detail = f"Must be a duration of at least {_SHORTEST_LIFE} seconds, such as 90s or 1h30m."
        raise invalid_input([Invalid("Cancel-After", detail, "format")])
    return float(total)
