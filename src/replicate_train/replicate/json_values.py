"""JSON from a server that may send anything: a deep value or a giant number is data, no failure.

A trainer's output stands in the answers about its training, and it may return what it likes.
"""

import json
import re
from typing import Any

_DIGITS = 4_000  # of an integer; Python refuses to read much longer ones
_DEPTH = 100  # levels that are kept of a value that is too deep for Python's parser
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def parse(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Return a JSON value. Raises `ValueError` for what is not JSON.

    An integer of thousands of digits becomes a float. In a value that is nested too deeply to be
    read, everything below a hundred levels becomes null.
    """
    text = body.decode(json.detect_encoding(body), "replace")
    try:
        return json.loads(text, parse_int=_integer)
    except RecursionError:
        return json.loads(_flattened(text), parse_int=_integer)


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) <= _DIGITS else float(digits)


def _flattened(text: str) -> str:
    """Return a JSON text with null in place of every list and object below so many levels."""
    kept: list[str] = []
    depth = begin = 0
    for token in _TOKENS.finditer(text):
        if token[0] in "[{":
            depth += 1
            if depth == _DEPTH + 1:
                kept += text[begin : token.start()], "null"
        elif token[0] in "]}":
            if depth == _DEPTH + 1:
                begin = token.end()
            depth -= 1
    return "".join([*kept, text[begin:]])
