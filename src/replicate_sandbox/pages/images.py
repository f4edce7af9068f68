"""Which files are images that a browser can show, by their first bytes."""

_TYPES = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}


def image_type(content: bytes) -> str:
    """Return a file's media type if it is an image, else an empty text. SVG is not: it can act."""
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for start, kind in _TYPES.items() if content.startswith(start)), "")
