"""Names and times as the service writes them."""

import base64
import hashlib
import secrets
import uuid
from datetime import UTC, datetime


def run_id() -> str:
    """Return a new id of a training or prediction: 26 lower-case letters and digits (recorded)."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def file_id() -> str:
    """Return a new id of a file: a UUID in base64 (recorded)."""
    return base64.b64encode(str(uuid.uuid4()).encode()).decode()


def version_id(*parts: bytes) -> str:
    """Return the 64 hex digits that name a version made of these parts."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def now() -> str:
    """Return the time as answers show it, in UTC with six decimals and a Z (recorded)."""
    return stamp(datetime.now(UTC))


def stamp(moment: datetime) -> str:
    """Return a time in UTC as answers show it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def seconds_between(first: str, last: str) -> float:
    """Return the seconds from one such time to another."""
    return (datetime.fromisoformat(last) - datetime.fromisoformat(first)).total_seconds()
