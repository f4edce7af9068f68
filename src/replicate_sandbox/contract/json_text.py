"""JSON as requests may hold it: strict, and text that can be written again."""

import json
import re

_DEEPEST = 500  # SQLite, which keeps the value, reads 1,000 levels


def parse_json(text: str | bytes) -> object:
    """Return a JSON value.

    Raises `ValueError` for what is not JSON, for NaN and infinities, lone surrogates, and a value
    that is nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deeply nested") from None
    brackets = re.findall(rb"[\[{]", text.encode() if isinstance(text, str) else text)
    if len(brackets) > _DEEPEST and _depth(value) > _DEEPEST:
        raise ValueError("too deeply nested")
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _depth(value: object) -> int:
    """Return how many levels of arrays and objects a value has."""
    depth, level = 0, [value]
    while inner := [one for one in level if isinstance(one, dict | list)]:
        depth += 1
        level = [part for one in inner for part in (one.values() if isinstance(one, dict) else one)]
    return depth


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")
