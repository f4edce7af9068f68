"""The files in an output: every string in it that is a URL as a whole. Pure."""

import base64
import binascii
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from replicate_train.net.urls import web_address

MAX_FILES = 100  # of one output
_MAX_DEPTH = 20
_DATA_URL = re.compile(r"data:(?:[\w.+-]+/[\w.+-]+)?(?:;[^,;\s]+)*,", re.ASCII)


def file_urls(output: object) -> list[str]:
    """Return the URLs of an output's files, in their order, once each, and not too many.

    Replicate shows a file as an `https://` URL; a Cog server may show it as a `data:` URL.
    """
    found: dict[str, None] = {}
    for text in _strings(output, 0):
        if len(found) == MAX_FILES:
            break
        if is_data_url(text) or _is_web_url(text):
            found[text] = None
    return list(found)


def is_data_url(text: str) -> bool:
    """Tell whether a string is a `data:` URL."""
    return bool(_DATA_URL.match(text))


def data_of(url: str) -> bytes:
    """Return the content of a `data:` URL. Raises `ValueError` with a message for the user."""
    head, _, body = url.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(body, validate=True)
    except binascii.Error:
        raise ValueError("is a `data:` URL that is not valid base64") from None


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)) and depth < _MAX_DEPTH:
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part, depth + 1)


def _is_web_url(text: str) -> bool:
    if not text.startswith(("https://", "http://")):
        return False
    try:
        web_address(text)
    except ValueError:
        return False
    return True
