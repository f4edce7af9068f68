"""How long the service asks to wait: from headers, from a body, from words. Pure.

Seen or documented: `Retry-After` (seconds or a date), `retry_after` in the body, the words "Your
rate limit resets in ~30s", and `ratelimit-remaining` with `ratelimit-reset` in every answer.
"""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from replicate_train.replicate.json_values import parse

LONGEST_WAIT = 120.0  # seconds, whatever Replicate asks for
_WORDS = re.compile(rb"resets? in ~?\s*(\d+(?:\.\d+)?)\s*s", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], body: bytes) -> float | None:
    """Return the seconds that an error answer asks to wait, None where it does not say."""
    asked = _number(headers.get("retry-after", ""))
    if asked is None:
        asked = _until(headers.get("retry-after", ""), headers.get("date", ""))
    if asked is None:
        asked = _in_body(body)
    if asked is None and (words := _WORDS.search(body)):
        asked = float(words[1])
    return None if asked is None else min(LONGEST_WAIT, max(0.0, asked))


def pause(headers: Mapping[str, str]) -> float:
    """Return the seconds until the next request, from an answer that used up the allowance."""
    if remaining(headers) >= 1:
        return 0.0
    return min(LONGEST_WAIT, _number(headers.get("ratelimit-reset", "")) or 0.0)


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value < float("inf") else None


def remaining(headers: Mapping[str, str]) -> float:
    """Return how many requests may be sent at once; without end where an answer does not say."""
    left = _number(headers.get("ratelimit-remaining", ""))
    return math.inf if left is None else left


def moment(date: str) -> datetime | None:
    """Return an HTTP date, None for what is none."""
    try:
        read = parsedate_to_datetime(date)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _until(text: str, date: str) -> float | None:
    """Return the seconds from the answer's own date (or now) to an HTTP date."""
    then = moment(text)
    return (then - (moment(date) or datetime.now(UTC))).total_seconds() if then else None


def _in_body(body: bytes) -> float | None:
    try:
        problem = parse(body)
    except ValueError:
        return None
    asked = problem.get("retry_after") if isinstance(problem, dict) else None
    return _number(str(asked)) if isinstance(asked, (int, float)) else None
