"""The files that an engine returns, which it sends as `data:` URLs."""

import base64


def file_content(value: object) -> bytes | None:
    """Return the bytes of a `data:` URL, or None for any other value."""
    if not isinstance(value, str) or not value.startswith("data:"):
        return None
    head, _, body = value.partition(",")
    return base64.b64decode(body) if head.endswith(";base64") else body.encode()
