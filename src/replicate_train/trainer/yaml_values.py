"""Written YAML as plain values by YAML 1.2's core schema: `yes` is a string, `1e-4` a number."""

import math
import re
from collections.abc import Mapping
from typing import Any

from replicate_train.trainer.yaml_nodes import YamlProblem
from replicate_train.trainer.yaml_text import Items, Scalar, Written

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MAX_DIGITS = 4_000  # of a number: Python reads no longer ones


def plain(written: Written) -> Any:  # noqa: ANN401 - any JSON value
    """Return a JSON value. Raises `YamlProblem` for a number that JSON does not support."""
    if isinstance(written, Scalar):
        return _scalar(written)
    if isinstance(written, Items):
        return [plain(item) for item in written.items]
    entries: Mapping[str, Written] = written.entries
    return {name: plain(entry) for name, entry in entries.items()}


def number(text: str) -> int | float | None:
    """Return the number that a text is, None if it is none, or JSON does not support it."""
    if len(text) > _MAX_DIGITS:
        return None
    if _INT.fullmatch(text):
        return int(text, 0 if text[:2] in {"0o", "0x"} else 10)
    if _FLOAT.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return None


def _scalar(scalar: Scalar) -> Any:  # noqa: ANN401 - any JSON scalar
    if scalar.kind == "null":
        return None
    if scalar.kind == "bool":
        return scalar.text.lower() == "true"
    if scalar.kind == "str":
        return scalar.text
    found = number(scalar.text)
    if found is None:
        words, fix = "number that JSON does not support", "Put it in quotes to send it as a string."
        raise YamlProblem(words, scalar.line, scalar.column, fix)
    return found
