"""Ids as the service writes them."""

import base64
import hashlib
import secrets
import uuid


def new_run_id() -> str:
    """Return an id for a training or prediction: 26 lower-case letters and digits (recorded)."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=").lower()


def new_file_id() -> str:
    """Return an id for a file: a UUID in base64 (recorded)."""
    return base64.b64encode(str(uuid.uuid4()).encode()).decode()


def content_id(*parts: bytes) -> str:
    """Return 64 hex digits, as a version's id has: the same parts give the same id."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()
