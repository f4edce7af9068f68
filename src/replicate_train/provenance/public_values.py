"""JSON values as they may be published: without the signatures of URLs. Pure."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

_DEEPEST = 20  # levels that are kept
_USER = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://)[^\s/?#\"'@]*@")
_QUERY = re.compile(r"(\b[a-zA-Z][a-zA-Z0-9+.-]{0,20}://[^\s?#\"']*)[?#][^\s\"']*")


def public(value: object, depth: int = 0) -> Any:  # noqa: ANN401 - JSON
    """Return a value as JSON can hold it, in which URLs have no query and no user name.

    A query may be a signature. A number that JSON does not have becomes a text.
    """
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, (Mapping, list, tuple)):
        return _parts(value, depth) if depth < _DEEPEST else "…"
    return _public_text(str(value))


def _parts(value: Mapping[Any, Any] | Sequence[Any], depth: int) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {_public_text(str(name)): public(one, depth + 1) for name, one in value.items()}
    return [public(one, depth + 1) for one in value]


def _public_text(text: str) -> str:
    valid = text.encode("utf-8", "replace").decode()
    return _QUERY.sub(r"\1", _USER.sub(r"\1", valid))


def as_json(value: object) -> str:
    """Return a value as compact JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
