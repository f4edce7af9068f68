"""What a written text means by the type that the trainer's schema gives it. Pure.

`steps: "1000"` is a number where the schema says so, `trigger_word: 1.10` stays the text `1.10`,
`yes` is true for a boolean and a text for a text. What would lose something is a misfit.
"""

from collections.abc import Mapping
from typing import Any

from replicate_train.runner.text import shown
from replicate_train.trainer.fields import types_of
from replicate_train.trainer.yaml_text import Entries, Items, Scalar, Written
from replicate_train.trainer.yaml_values import number, plain

_TRUE, _FALSE = frozenset({"true", "yes", "on"}), frozenset({"false", "no", "off"})
_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "null",
}


class CoercionError(ValueError):
    """What was written cannot be of the type that is wanted; it says what is wanted.

    `given` is what was written, where that is a text; it may be a secret.
    """

    def __init__(self, words: str, given: str = "") -> None:
        super().__init__(words)
        self.given = given


class NotGiven(Exception):
    """Null where the trainer takes none, or an empty text: it counts as not given.

    The service refuses an empty text for an address, and a workflow cannot tell it from nothing.
    """


def coerce(written: Written, field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value that was meant. Raises `CoercionError`, `NotGiven`, and `YamlProblem`."""
    types = types_of(field)
    if isinstance(written, Scalar):
        return _scalar(written, types)
    if isinstance(written, Items) and (not types or "array" in types):
        inner = _part(field, "items")
        return [_inside(f"item {at}", it, inner) for at, it in enumerate(written.items, 1)]
    if isinstance(written, Entries) and (not types or "object" in types):
        known = _part(field, "properties")
        entries = written.entries.items()
        return {name: _inside(name, it, known.get(name, {})) for name, it in entries}
    raise CoercionError(_wanted(types, "a list" if isinstance(written, Items) else "a mapping"))


def _part(field: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what a field says of what it holds, itself or in the first alternative that does."""
    told = (part[name] for part in (field, *field.get("anyOf", ())) if name in part)
    return next(told, {})


def _inside(place: str, written: Written, field: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any JSON value
    """Return a value of a list or mapping, where an empty text is a value like any other."""
    try:
        return coerce(written, field)
    except NotGiven:
        return plain(written)
    except CoercionError as misfit:
        raise CoercionError(f"{shown(place)}: {misfit}", misfit.given) from None


def _scalar(scalar: Scalar, types: set[str]) -> Any:  # noqa: ANN401 - any JSON scalar
    if scalar.kind == "null" or not scalar.text:
        if scalar.kind == "null" and "null" in types:
            return None
        raise NotGiven
    if not types:
        return plain(scalar)
    if "string" in types and (scalar.kind == "str" or types <= {"string", "null"}):
        return scalar.text
    for kind, read in _READERS.items():
        if kind in types and (value := read(scalar.text.strip())) is not None:
            return value
    if "string" in types:
        return scalar.text
    raise CoercionError(_wanted(types, ""), scalar.text)


def _boolean(text: str) -> bool | None:
    if text.lower() in _TRUE | _FALSE:
        return text.lower() in _TRUE
    return None


def _integer(text: str) -> int | None:
    value = number(text)
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else None
    return value


_READERS = {"boolean": _boolean, "integer": _integer, "number": number}


def _wanted(types: set[str], instead: str) -> str:
    told = types - {"null"} or types
    names = " or ".join(_NAMES[kind] for kind in _NAMES if kind in told)
    return f"must be {names}" + (f", and is {instead}" if instead else "")
