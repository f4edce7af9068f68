"""JSON as requests may hold it: strict, and text that can be written again."""

import json


def parse_json(text: str | bytes) -> object:
    """Return a JSON value.

    Raises `ValueError` for what is not JSON, for NaN and infinities, lone surrogates, and a value
    that is nested too deeply.
    """
    try:
        value = json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("too deeply nested") from None
    json.dumps(value, ensure_ascii=False).encode()
    return value


def _refuse(name: str) -> object:
    raise ValueError(f"{name} is not valid JSON")
