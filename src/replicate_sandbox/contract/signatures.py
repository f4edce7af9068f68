"""How the service signs a webhook (documented): id, time and body, with HMAC-SHA256."""

import base64
import hashlib
import hmac
import secrets

_PREFIX = "whsec_"


def new_secret() -> str:
    """Return a new signing secret: `whsec_` and bytes in base64."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def headers(secret: str, message_id: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers that sign a body, sent at a time (seconds since 1970)."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{seconds}.".encode() + body
    signature = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
