"""The files that an engine returns, which it sends as `data:` URLs."""

import base64


def file_content(value: object) -> bytes | None:
    """Return the bytes of a valid `data:` URL, or None for any other value."""
    if not isinstance(value, str) or not value.startswith("data:"):
        return None
    head, comma, body = value.partition(",")
    if not comma:
        return None
    try:
        return base64.b64decode(body) if head.endswith(";base64") else body.encode()
    except ValueError:  # invalid base64, or a character that has no bytes
        return None
